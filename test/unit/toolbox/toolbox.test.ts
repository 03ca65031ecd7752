import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import {
  findAdvisories,
  findCluster,
  findSchemas,
  findTool,
  imageAddress,
  isInsecure,
  toolIdentity,
  unresolvedImages,
} from "../../../src/toolbox/reference.ts"
import { cacheName, trustLevels } from "../../../src/toolbox/trust.ts"

const digest = `sha256:${"a".repeat(64)}`

const minimal = `schemaVersion: 1
tools:
  node: { image: docker.io/library/node:24.9.0, version: 24.9.0 }
  trivy: { image: "127.0.0.1:5000/x/trivy:0.74.0", digest: "${digest}", version: 0.74.0, path: /usr/local/bin/trivy }
`
const parse = (text: string) => parseToolbox(text, "toolbox.yaml")
const errorOf = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    return String(error)
  }
  return "no error"
}

describe("toolbox file", () => {
  test("defaults: no digest is unresolved, no registry is insecure", () => {
    expect(parse(minimal)).toMatchObject({
      insecureRegistries: [],
      databases: {},
      schemas: {},
      tools: { node: { digest: "unresolved" } },
    })
  })

  test("the one that the repository brings is valid and names every tool", () => {
    const text = readFileSync(new URL("../../../toolbox.yaml", import.meta.url), "utf8")
    const toolbox = parseToolbox(text, "toolbox.yaml")
    for (const name of [
      "node",
      "nginx",
      "helm",
      "kubectl",
      "k6",
      "trivy",
      "gitleaks",
      "kubeconform",
    ] as const)
      expect(findTool(toolbox, name).image).toMatch(/:[^/]+$/)
  })

  test.each([
    ["an unknown tool", minimal.replace("trivy:", "trivvy:"), /4:3.*did you mean "trivy"/s],
    ["a digest in the image", minimal.replace("node:24.9.0,", `node@${digest},`), /3:18/],
    [
      "a digest that is none",
      minimal.replace(digest, "sha256:abc"),
      /4:60.*sha256: and 64 hex digits, or unresolved/s,
    ],
    ["no node", "schemaVersion: 1\ntools: {}\n", /tools.node/],
    ["another version of the format", minimal.replace("schemaVersion: 1", "schemaVersion: 2"), /1:16/],
  ])("%s is refused with its place", (_, text, message) => {
    expect(errorOf(text)).toMatch(/CONFIG_INVALID/)
    expect(errorOf(text)).toMatch(message)
  })
})

describe("references", () => {
  const toolbox = parse(minimal)

  test("an image is addressed by digest where one is known", () => {
    expect(imageAddress(findTool(toolbox, "trivy"))).toBe(`127.0.0.1:5000/x/trivy:0.74.0@${digest}`)
    expect(imageAddress(findTool(toolbox, "node"))).toBe("docker.io/library/node:24.9.0")
  })

  test("evidence names tool, version and image, and says when its digest is not known", () => {
    expect(toolIdentity(toolbox, "trivy")).toMatchObject({
      name: "trivy",
      version: "0.74.0",
      image: expect.stringContaining(digest),
    })
    expect(toolIdentity(toolbox, "node").image).toBe("unresolved")
  })

  test("what is not named is said, with the key to add", () => {
    expect(() => findTool(toolbox, "gitleaks")).toThrow(/CONFIG_INVALID.*tools\.gitleaks/s)
    expect(() => findSchemas(toolbox)).toThrow(/CONFIG_INVALID/)
    expect(() => findAdvisories(toolbox)).toThrow(/DATABASE_MISSING/)
    expect(() => findCluster(toolbox)).toThrow(/CONFIG_INVALID.*--kubeconfig/s)
  })

  const database = (text: string) => `${minimal}databases:\n  trivy: ${text}\n`
  const schemas = (text: string) => `${minimal}schemas:\n  kubernetes: ${text}\n`

  test("a database is an artifact with its mirrors, looked up once a day, or an image", () => {
    const artifact =
      "{ artifact: ghcr.io/aquasecurity/trivy-db:2, mirrors: [mirror.gcr.io/aquasec/trivy-db:2], name: trivy-db }"
    expect(findAdvisories(parse(database(artifact)))).toEqual({
      ...{ kind: "artifact", name: "trivy-db", digest: "unresolved", refresh: "day" },
      places: ["ghcr.io/aquasecurity/trivy-db:2", "mirror.gcr.io/aquasec/trivy-db:2"],
    })
    // It is dated, and evidence has its digest: nothing of it is left open.
    expect(unresolvedImages(parse(database(artifact)))).toEqual(["tools.node"])
    const image = parse(database("{ image: 127.0.0.1:5000/advisories:1, name: own }"))
    expect(findAdvisories(image)).toMatchObject({ kind: "image", path: "/db" })
    expect(unresolvedImages(image)).toEqual(["tools.node", "databases.trivy"])
  })

  test.each([
    ["neither", database("{ name: trivy-db }"), /either artifact or image/],
    [
      "both",
      database("{ artifact: ghcr.io/a/b:2, image: ghcr.io/a/b:2, name: x }"),
      /either artifact or image/,
    ],
    [
      "mirrors of an image",
      database("{ image: ghcr.io/a/b:2, mirrors: [ghcr.io/a/c:2], name: x }"),
      /not for an image/,
    ],
    ["an artifact without a tag", database("{ artifact: ghcr.io/a/b, name: x }"), /REGISTRY\/NAME:TAG/],
    ["no source of schemas", schemas("{ version: 1.36.3 }"), /one of openapi, location and image/],
    [
      "two of them",
      schemas("{ openapi: https://x.example, location: https://x.example, version: 1.36.3 }"),
      /one of/,
    ],
    [
      "a digest of a location",
      schemas(`{ location: https://x.example, digest: "${digest}", version: 1.36.3 }`),
      /file by file/,
    ],
  ])("%s is refused", (_, text, message) => {
    expect(errorOf(text)).toMatch(/CONFIG_INVALID/)
    expect(errorOf(text)).toMatch(message)
  })

  test("schemas are those that are named, or else what the cluster's API server tells", () => {
    const cluster = "cluster: { image: 127.0.0.1:5000/kubernetes:1.36.3 }\n"
    expect(findSchemas(parse(minimal + cluster))).toEqual({ kind: "cluster" })
    const named = schemas("{ openapi: https://example.com/swagger.json, version: 1.36.3 }")
    expect(findSchemas(parse(named + cluster))).toMatchObject({ kind: "openapi", version: "1.36.3" })
    expect(unresolvedImages(parse(named))).toEqual(["tools.node", "schemas.kubernetes"])
  })

  test("what has no digest is listed", () => {
    expect(unresolvedImages(toolbox)).toEqual(["tools.node"])
  })

  test("plain HTTP is for the named registries alone", () => {
    const insecure = parse(`${minimal}insecureRegistries: ["10.0.0.1:5000"]\n`)
    expect(isInsecure(insecure, "10.0.0.1:5000")).toBe(true)
    expect(isInsecure(insecure, "10.0.0.1:5000/app/web")).toBe(true)
    expect(isInsecure(insecure, "10.0.0.1:50000/app/web")).toBe(false)
    expect(isInsecure(insecure, "ghcr.io/example")).toBe(false)
  })
})

test("a cache belongs to one level of trust", () => {
  expect(new Set(trustLevels.map((trust) => cacheName("npm", trust))).size).toBe(trustLevels.length)
})
