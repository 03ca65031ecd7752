import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { RegistryClient } from "../../src/evidence/registry/client.ts"
import { RegistryStore } from "../../src/evidence/store/registry-store.ts"
import { network } from "../../toolchain/network.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const store = () =>
  new RegistryStore(
    new RegistryClient(network.registry, { insecure: true }),
    network.registry,
    `test/${randomUUID()}`,
  )

describe("evidence in a real registry", () => {
  it("gives back what was put and has nothing under an unknown key", async () => {
    const evidence = store()
    const files = new Map([
      ["record.json", bytes('{"a":1}')],
      ["gates/lint.json", bytes("{}")],
    ])
    const stored = await evidence.put("releases", "v1.0.0", files)
    const found = await evidence.get("releases", "v1.0.0")
    expect(found?.stored).toEqual(stored)
    expect(
      new Map([...(found?.files ?? [])].map(([name, content]) => [name, new Uint8Array(content)])),
    ).toEqual(files)
    expect(await evidence.get("releases", "v2.0.0")).toBeUndefined()
  })

  it("accepts the same again and refuses other content under the same key", async () => {
    const evidence = store()
    const first = await evidence.put("operations", "staging-1", new Map([["x", bytes("1")]]))
    expect(await evidence.put("operations", "staging-1", new Map([["x", bytes("1")]]))).toEqual(first)
    await expect(evidence.put("operations", "staging-1", new Map([["x", bytes("2")]]))).rejects.toThrow(
      /RECORD_CONFLICT/,
    )
  })

  it("names the keys that begin so, and none where nothing was ever kept", async () => {
    const evidence = store()
    expect(await evidence.keys("operations", "staging-")).toEqual([])
    for (const key of ["staging-1", "staging-2", "production-1"])
      await evidence.put("operations", key, new Map([["x", bytes("1")]]))
    expect([...(await evidence.keys("operations", "staging-"))].sort()).toEqual(["staging-1", "staging-2"])
  })

  it("says that a registry cannot be reached, and never that something is absent", async () => {
    const nowhere = new RegistryClient("127.0.0.1:9", { insecure: true, retries: 1 })
    await expect(new RegistryStore(nowhere, "127.0.0.1:9", "x").get("releases", "v1")).rejects.toThrow(
      /REGISTRY_UNREACHABLE/,
    )
  })
})
