/** What a failed operation leaves behind, and how long that may take. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { collectDiagnosis } from "../../../src/deploy/diagnosis/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "diagnosis-"))
})
afterEach(() => rm(directory, { recursive: true }))

test("the logs of a dead node hold going back up for half a minute, and what was left out is said", async () => {
  const clock = new MemoryClock()
  const api = new MemoryApi()
  const names = Array.from({ length: 9 }, (_, index) => `web-${index}`)
  for (const name of names)
    api.put(`/api/v1/namespaces/apps/pods/${name}`, {
      metadata: { name, namespace: "apps", labels: { "app.kubernetes.io/instance": "app" } },
      spec: { containers: [{ name: "web" }] },
    })
  api.text = async () => {
    await clock.sleep(10_000)
    throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer within 10000 ms" })
  }
  await collectDiagnosis(api, "apps", "app", directory, clock)
  expect(clock.elapsed).toBe(30_000)
  const said = (await readFile(join(directory, "cause.txt"), "utf8")).split("\n")
  expect(said.filter((line) => line.includes("no answer within"))).toHaveLength(3)
  expect(said.filter((line) => line.includes("left out, 30 s are over"))).toHaveLength(6)
})
