/** The engine keeps what it has done once. What looks at a registry or a network must look again on every call. */
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { RegistryClient } from "../../src/evidence/registry/client.ts"
import { RegistryStore } from "../../src/evidence/store/registry-store.ts"
import { network } from "../../toolchain/network.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let here: Project

beforeAll(async () => {
  here = await project()
})

afterAll(() => here[Symbol.asyncDispose]())

it("the same call for a record finds the one that was made in between", async () => {
  const call = ["record", "--release", "1.0.0", "entries"]
  const missing = await here.call(call)
  expect(finalError(missing)).toContain("there is no release 1.0.0")
  const client = new RegistryClient(network.registry, { insecure: true })
  const place = `${network.applicationImages.slice(network.registry.length + 1)}/${here.name}`
  const store = new RegistryStore(client, network.registry, place)
  await store.put("releases", "v1.0.0", new Map([["record.json", new TextEncoder().encode(record())]]))
  const found = await here.call(call)
  expect(finalError(found)).toBe("")
  expect(found.stdout).toContain("record.json")
})

it("doctor measures anew on every call", async () => {
  const [first, second] = [await here.call(["doctor"]), await here.call(["doctor"])]
  expect(first.stdout).toMatch(/^ok +registry .*\(\d+ ms\)$/m)
  expect(measures(second.stdout)).not.toEqual(measures(first.stdout))
})

/** All times that a call of doctor printed; two measurements with the same four of them do not happen. */
const measures = (text: string): string[] => text.match(/\d+ ms/g) ?? []

function record(): string {
  const commit = "0".repeat(40)
  return JSON.stringify({
    schemaVersion: 1,
    project: here.name,
    version: "1.0.0",
    source: { commit, tree: commit },
    images: [
      {
        component: "web",
        repository: `${network.applicationImages}/${here.name}/web`,
        digest: `sha256:${"0".repeat(64)}`,
        platform: "linux/amd64",
        bytes: 1,
      },
    ],
    chart: { name: "signalbox-app", version: "0.1.0", digest: `sha256:${"0".repeat(64)}` },
    gates: [],
    waivers: [],
    builder: { name: "test", version: "1", engine: "test" },
    created: "2026-01-01T00:00:00.000Z",
  })
}
