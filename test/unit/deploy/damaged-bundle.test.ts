/** What was kept of a verified set, damaged: the way back fails as any other, and nothing stays blocked. */
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { chartDigest } from "../../../src/chart/index.ts"
import { bundleName, readBundle, saveBundle, valuesDigest } from "../../../src/deploy/bundles/index.ts"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { returnToSet } from "../../../src/deploy/driver/return.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"
import { setOf } from "./support/sets.ts"

const chart = new Map([["Chart.yaml", Buffer.from("name: app")]])
const set = setOf("1.0.0", { chart: chartDigest(chart), values: valuesDigest([]) })
const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString("base64")
const whole = {
  chart: { "Chart.yaml": Buffer.from("name: app").toString("base64") },
  values: [],
  smoke: null,
}

function sessionWith(content: string) {
  const api = new MemoryApi()
  const name = bundleName(set)
  api.put(configMapPath("apps", name), { metadata: { name }, binaryData: { "set.json.gz": content } })
  return memorySession(api, new MemoryClock())
}

const harms: readonly (readonly [string, string])[] = [
  ["cut off", "H4sI"],
  ["something else", packed({ chart: {} })],
  ["another set's", packed({ ...whole, values: ["replicas: 9"] })],
]
const signal = new AbortController().signal

test("what was kept is read as it was", async () => {
  const { api } = memorySession(new MemoryApi(), new MemoryClock())
  const kept = { chart, values: [], smoke: "checks: []" }
  await saveBundle(api, "apps", set, kept)
  expect(await readBundle(api, "apps", set)).toEqual(kept)
})

describe.each(harms)("a kept set that is %s", (_name, content) => {
  test("is a way back that fails", async () => {
    const request = { set, revision: null, timeoutMs: 1000, operation: "op", signal }
    const result = await returnToSet(sessionWith(content), request, async () => "")
    expect(result).toEqual({
      ok: false,
      cause: expect.stringMatching(/^back to 1\.0\.0: ConfigMap signalbox-kept-/),
    })
  })

  test("is a smoke test that fails", async () => {
    const result = await driverActions(sessionWith(content), "op", null).smoke(
      set,
      "smoke-after-rollback.json",
      1000,
      signal,
    )
    expect(result).toEqual({
      ok: false,
      cause: expect.stringMatching(/^smoke test of 1\.0\.0: ConfigMap signalbox-kept-/),
    })
  })
})

test("a kept smoke test that is none fails", async () => {
  const session = sessionWith(packed({ ...whole, smoke: "checks: {" }))
  const result = await driverActions(session, "op", null).smoke(
    set,
    "smoke-after-rollback.json",
    1000,
    signal,
  )
  expect(result).toMatchObject({ ok: false, cause: expect.stringMatching(/^smoke test of 1\.0\.0: /) })
})
