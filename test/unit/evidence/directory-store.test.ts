import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { DirectoryStore } from "../../../src/evidence/store/directory-store.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
let root = ""
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evidence-"))
})
afterEach(() => rm(root, { recursive: true }))

describe("evidence in a directory", () => {
  it("gives back what was put, also by another store object", async () => {
    const files = new Map([
      ["a.json", bytes("{}")],
      ["gates/lint.json", bytes("1")],
    ])
    const stored = await new DirectoryStore(root).put("releases", "v1.0.0", files)
    const found = await new DirectoryStore(root).get("releases", "v1.0.0")
    expect(found?.stored).toEqual(stored)
    expect(
      [...(found?.files ?? [])].map(([name, content]) => [name, new TextDecoder().decode(content)]),
    ).toEqual([
      ["a.json", "{}"],
      ["gates/lint.json", "1"],
    ])
  })

  it("has nothing under an unknown key", async () => {
    expect(await new DirectoryStore(root).get("releases", "v9")).toBeUndefined()
  })

  it("accepts the same again and refuses other content", async () => {
    const store = new DirectoryStore(root)
    const first = await store.put("operations", "staging-1", new Map([["x", bytes("1")]]))
    expect(await store.put("operations", "staging-1", new Map([["x", bytes("1")]]))).toEqual(first)
    await expect(store.put("operations", "staging-1", new Map([["x", bytes("2")]]))).rejects.toThrow(
      /RECORD_CONFLICT/,
    )
  })

  it("names the keys that begin so, and none that is still being written", async () => {
    const store = new DirectoryStore(root)
    expect(await store.keys("operations", "staging-")).toEqual([])
    for (const key of ["staging-1", "staging-2", "production-1"])
      await store.put("operations", key, new Map([["x", bytes("1")]]))
    await mkdir(join(root, "operations", "staging-3.77.new"))
    expect([...(await store.keys("operations", "staging-"))].sort()).toEqual(["staging-1", "staging-2"])
  })
})
