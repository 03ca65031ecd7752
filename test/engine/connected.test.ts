/**
 * What makes a machine with nothing but Dagger able to judge: Trivy's database as the artifact that it is published as,
 * schemas from documents and API servers, digests from registries. The registry is the toolchain's; the database is real.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parse, stringify } from "yaml"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { sha256 } from "../../src/domain/index.ts"
import { RegistryClient } from "../../src/evidence/registry/client.ts"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { databaseSource, imageAddress } from "../../src/toolbox/reference.ts"
import { network } from "../../toolchain/network.ts"
import { paths } from "../../toolchain/paths.ts"
import { archiveOf, layerTypes, type Member } from "../unit/evidence/support/artifact-registry.ts"
import { finalError, startDagger } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const mediaType = "application/vnd.oci.image.manifest.v1+json"
const client = new RegistryClient(network.registry, { insecure: true })

let shop: Project
let toolbox: string
let repository: string
let database: Member[]
let directory: string

beforeAll(async () => {
  shop = await project()
  repository = `${shop.name}/trivy-db`
  toolbox = await readFile(paths.toolbox, "utf8")
  directory = await mkdtemp(join(tmpdir(), "connected-"))
  database = await toolchainDatabase()
})
afterAll(async () => {
  await shop?.[Symbol.asyncDispose]()
  if (directory !== undefined) await rm(directory, { recursive: true })
})

/** The database that the toolchain has made, out of its image. */
async function toolchainDatabase(): Promise<Member[]> {
  const source = databaseSource(parseToolbox(toolbox, "toolbox.yaml"), "trivy")
  if (source?.kind !== "image") throw new Error("the toolchain's toolbox names no image of a database")
  const image = ["container", "from", "--address", imageAddress(source), "directory", "--path", source.path]
  const { outcome } = startDagger(["core", ...image, "export", "--path", join(directory, "db")], {
    timeout: 280,
  })
  expect(finalError(await outcome)).toBe("")
  const read = (name: string) => readFile(join(directory, "db", name))
  return [
    { name: "trivy.db", content: await read("trivy.db") },
    { name: "metadata.json", content: await read("metadata.json") },
  ]
}

/** Publishes a database as `oras push` does, and returns the digest of the artifact. */
async function publish(
  tag: string,
  members: readonly Member[],
  type: string = layerTypes.trivy,
): Promise<string> {
  const archive = await archiveOf(members)
  const layer = { mediaType: type, digest: await client.putBlob(repository, archive), size: archive.length }
  const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256("{}"), size: 2 }
  await client.putBlob(repository, Buffer.from("{}"))
  const artifactType = "application/vnd.aquasec.trivy.config.v1+json"
  const text = JSON.stringify({ schemaVersion: 2, mediaType, artifactType, config, layers: [layer] })
  return client.putManifest({ registry: network.registry, repository, reference: tag }, text)
}

const place = (tag: string) => `${network.registry}/${repository}:${tag}`
/** Nothing listens there. */
const nowhere = "127.0.0.1:1/aquasecurity/trivy-db:2"

/** Judges one gate with another toolbox file. */
async function judge(gate: string, change: (toolbox: Toolbox) => void): Promise<GateResult> {
  const value = parse(toolbox) as Toolbox
  change(value)
  await shop.write({ "toolbox.yaml": stringify(value, { lineWidth: 0 }) })
  const outcome = await shop.call(["gates", "--only", gate, "json"])
  expect(finalError(outcome)).toBe("")
  const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
  if (result === undefined) throw new Error("no gate was judged")
  return result
}

interface Toolbox {
  databases: Record<string, object>
  schemas: Record<string, object>
  insecureRegistries: string[]
  tools: Record<string, { image: string; digest: string }>
  cluster?: object
}

const scanned = (artifact: string, more: object = {}) =>
  judge("vulnerabilities", (value) => {
    value.databases = { trivy: { artifact, name: "signalbox-fixture", ...more } }
  })

describe("Trivy's database as an artifact", () => {
  it("is judged by, with digest, date and place in the report", async () => {
    const digest = await publish("2", database)
    const { verdict, summary, database: identity } = await scanned(place("2"))
    expect([verdict, summary]).toEqual(["pass", expect.any(String)])
    expect(identity).toMatchObject({ name: "signalbox-fixture", digest, source: place("2") })
    expect(identity?.date).toMatch(/^\d{4}-\d{2}-\d{2}/)
  })

  it("is looked up once a day, or by every call, as the toolbox says", async () => {
    await publish("moving", database)
    const first = await scanned(place("moving"))
    await publish("moving", database, "application/octet-stream")
    const [day, call] = [await scanned(place("moving")), await scanned(place("moving"), { refresh: "call" })]
    expect([day.verdict, day.database]).toEqual([first.verdict, first.database])
    expect([call.verdict, call.summary]).toEqual([
      "error",
      expect.stringContaining("application/octet-stream"),
    ])
  })

  it("comes from a mirror where the first place is out; without one the gate is an error that names both", async () => {
    await publish("2", database)
    const mirrored = await scanned(nowhere, { mirrors: [place("2")], refresh: "call" })
    expect([mirrored.verdict, mirrored.database?.source]).toEqual(["pass", place("2")])
    const out = await scanned(nowhere, { mirrors: [place("none")], refresh: "call" })
    expect(out.verdict).toBe("error")
    expect(out.summary).toMatch(/DATABASE_MISSING/)
    expect(JSON.stringify(out)).toContain(nowhere)
    expect(JSON.stringify(out)).toContain(place("none"))
  })

  it("that lacks a file or leads out of its archive is an error, also when it is asked for again", async () => {
    await publish("broken", [...database, { name: "../trivy.db", content: "x" }])
    for (const _ of [1, 2]) {
      const broken = await scanned(place("broken"))
      expect([broken.verdict, broken.summary]).toEqual(["error", expect.stringContaining("leads out")])
    }
  })
})

describe("schemas of Kubernetes", () => {
  it("are those of the cluster's own API server, where the toolbox names none", async () => {
    const { verdict, summary, tools } = await judge("charts", (value) => {
      value.schemas = {}
    })
    expect([verdict, summary]).toEqual(["pass", expect.any(String)])
    expect(tools).toContainEqual(expect.objectContaining({ name: "kubernetes-schemas", version: "1.36.3" }))
  })

  it("that cannot be read are an error: nothing counts as checked", async () => {
    const { verdict, summary } = await judge("charts", (value) => {
      value.insecureRegistries.push("127.0.0.1:1")
      value.schemas = {
        kubernetes: {
          location: "http://127.0.0.1:1/{{.ResourceKind}}{{.KindSuffix}}.json",
          version: "1.36.3",
        },
      }
    })
    expect([verdict, summary]).toEqual(["error", expect.stringContaining("REGISTRY_UNREACHABLE")])
  })
})

describe("toolbox pin", () => {
  it("writes the digests that the registry has, and says what it cannot resolve", async () => {
    const open = toolbox.replaceAll(/digest: "?sha256:[0-9a-f]{64}"?/g, "digest: unresolved")
    await shop.write({ "toolbox.yaml": `# kept\n${open}` })
    const target = join(directory, "toolbox.yaml")
    const pinned = await shop.call(["toolbox", "pin", "export", "--path", target])
    expect([pinned.code, finalError(pinned)]).toEqual([0, ""])
    const text = await readFile(target, "utf8")
    expect(text).toMatch(/^# kept\n/)
    expect(parse(text)).toEqual(parse(toolbox))
    await shop.write({ "toolbox.yaml": open.replace("/helm:", "/no-such-helm:") })
    const missing = await shop.call(["toolbox", "pin", "export", "--path", target])
    expect([missing.code, finalError(missing)]).toEqual([11, expect.stringContaining("tools.helm")])
  })

  it("is not needed to know what ran: evidence has the digest that the call resolved", async () => {
    const value = parse(toolbox) as Toolbox
    const { trivy } = value.tools
    const { tools } = await judge("vulnerabilities", (changed) => {
      const { trivy: open } = changed.tools
      if (open !== undefined) open.digest = "unresolved"
    })
    expect(tools[0]?.image).toContain(trivy?.digest ?? "none")
  })
})
