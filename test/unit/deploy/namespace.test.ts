import { expect, test } from "vitest"
import { ConflictError } from "../../../src/deploy/cluster/index.ts"
import { ensureNamespace } from "../../../src/deploy/driver/locked.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"

test("a namespace that two first runs make at once is there for both", async () => {
  const api = new MemoryApi()
  api.create = async (collection) => {
    api.put(`${collection}/apps`, { metadata: { name: "apps", uid: "uid-7" } })
    throw new ConflictError(`${collection}/apps`)
  }
  expect(await ensureNamespace(memorySession(api, new MemoryClock()), true)).toBe("uid-7")
})
