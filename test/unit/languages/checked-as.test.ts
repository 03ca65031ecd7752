/** A component that its own Dockerfile builds, and that another language's tools check. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { languageOf } from "../../../src/languages/catalogue.ts"
import { checkedAs } from "../../../src/languages/checked-as.ts"
import { language as dockerfile } from "../../../src/languages/dockerfile/index.ts"
import type { ComponentRequest, Language } from "../../../src/languages/language.ts"
import { language as node } from "../../../src/languages/node/index.ts"
import { component as nodeSchema } from "../../../src/languages/node/schema.ts"

const ofOne: Readonly<Record<string, string>> = {
  ".nvmrc": "24",
  "web/Dockerfile": "FROM x",
  "web/package.json": JSON.stringify({ scripts: { start: "node server.js", test: "node --test" } }),
  "web/package-lock.json": '{"packages":{}}',
  "web/server.js": "",
}

/** A directory of these files. */
function directory(below = "", files = ofOne): Directory {
  const names = Object.keys(files)
    .filter((path) => path.startsWith(below))
    .map((path) => path.slice(below.length))
  return {
    entries: async () => [...new Set(names.map((name) => name.replace(/\/.*/, "/")))],
    glob: async () => names,
    exists: async (path: string) => names.includes(path),
    directory: (path: string) => directory(`${below}${path}/`, files),
    file: (path: string) => ({
      contents: async () => files[below + path] ?? Promise.reject(new Error(path)),
    }),
  } as unknown as Directory
}

const component = {
  path: "web",
  language: "dockerfile",
  dockerfile: "Dockerfile",
  checks: {},
  coverageMinimum: 70,
  user: 1001,
}
const request = (more: object = {}) =>
  ({
    ...{ name: "web", source: directory(), trust: "branch" },
    component: { ...component, ...more },
    toolbox: { tools: { node: { image: "node", version: "24.9.0" } } },
  }) as unknown as ComponentRequest

describe("a component with a Dockerfile and a package.json", () => {
  const composed = checkedAs(dockerfile as Language, { language: node as Language, schema: nodeSchema })

  test("is checked by its scripts", async () => {
    const checks = await composed.checks(request())
    expect(checks.unit).toMatchObject({ tool: { name: "node:test" } })
    expect(composed).toMatchObject({ name: "dockerfile", hasNode: true })
    expect(composed.manifest({ path: "web", language: "dockerfile" })).toBe("web/package.json")
    expect(composed.image).toBe(dockerfile.image)
    expect(composed.assertBuildable).toBe(dockerfile.assertBuildable)
  })

  test("is a member of a workspace whose lock file lies two directories above it", async () => {
    const source = directory("", {
      "code/package.json": JSON.stringify({ workspaces: ["apps/*"], devDependencies: { vitest: "1" } }),
      "code/package-lock.json": JSON.stringify({ packages: { "node_modules/vitest": { version: "5.1.0" } } }),
      "code/apps/api/Dockerfile": "FROM x",
      "code/apps/api/package.json": JSON.stringify({ scripts: { start: "node server.js", test: "vitest" } }),
      "code/apps/api/server.js": "",
    })
    const checks = await composed.checks({ ...request({ path: "code/apps/api" }), source })
    expect(checks.unit).toMatchObject({ tool: { name: "vitest", version: "5.1.0" } })
  })

  test("is told where its files are none of that language", async () => {
    const attempt = composed.checks(request({ path: "other" }))
    await expect(attempt).rejects.toMatchObject({ code: "CONFIG_INVALID", exitCode: 13 })
    await expect(attempt).rejects.toThrow("web cannot be checked as node")
  })

  test("has its packages scanned as if all of them were in the image: where they lie, nobody knows", async () => {
    const language = {
      ...node,
      packages: async () => ({ developmentFiles: ["app/node_modules/x"], inImage: true }),
    }
    const packages = checkedAs(dockerfile as Language, {
      language: language as unknown as Language,
      schema: nodeSchema,
    }).packages(request())
    expect(await packages).toMatchObject({ developmentFiles: [], inImage: false })
  })

  test("belongs to what either of both reads; where one of them does not say, nobody knows", async () => {
    const reaching = (outside: readonly object[]): Language =>
      ({
        ...node,
        reach: async () => ({ outside, except: ["packages/b/"], besides: [] }),
      }) as unknown as Language
    const linked = { path: "packages/", why: "it is in its workspace" }
    const both = (builder: Language, language: Language) =>
      checkedAs(builder, { language, schema: nodeSchema })
    const reach = both(dockerfile as Language, reaching([linked])).reach?.(request())
    expect(await reach).toEqual({ outside: [linked], except: ["packages/b/"], besides: [] })
    const own = { path: "proto/", why: "its Dockerfile copies it" }
    // What the one does not read, the other may: nothing of it is taken away.
    expect(await both(reaching([own]), reaching([linked])).reach?.(request())).toMatchObject({
      outside: [own, linked],
      except: [],
    })
    const { reach: _, ...silent } = node
    expect(both(dockerfile as Language, silent as unknown as Language).reach).toBeUndefined()
  })
})

test("the catalogue puts both together, and names the languages where there is no such one", async () => {
  const both = await languageOf({ language: "dockerfile", checkedAs: "node" })
  expect(both).toMatchObject({ name: "dockerfile", hasNode: true })
  for (const wrong of ["cobol", "dockerfile"])
    await expect(languageOf({ language: "dockerfile", checkedAs: wrong })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { next: expect.stringContaining("node") },
    })
})
