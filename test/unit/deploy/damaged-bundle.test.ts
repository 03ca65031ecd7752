/** What was kept of a verified set, damaged: the way back fails as any other, and nothing stays blocked. */
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { chartDigest } from "../../../src/chart/index.ts"
import { bundleName, readBundle, saveBundle, valuesDigest } from "../../../src/deploy/bundles/index.ts"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { returnToSet } from "../../../src/deploy/driver/return.ts"
import { decodeRelease } from "../../../src/deploy/helm/index.ts"
import { type ReleaseDigests, SignalboxError, sha256 } from "../../../src/domain/index.ts"
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

describe("V28 a stored smoke test that was replaced", () => {
  const hard = "checks: [{ name: order, path: /order }]"
  const proven = { ...set, smoke: sha256(hard) }
  const sessionOf = (verified: ReleaseDigests, smoke: string | null) => {
    const api = new MemoryApi()
    const name = bundleName(verified)
    const binaryData = { "set.json.gz": packed({ ...whole, smoke }) }
    api.put(configMapPath("apps", name), { metadata: { name }, binaryData })
    return memorySession(api, new MemoryClock())
  }

  test.each([
    ["by an easy one", "checks: [{ name: any, path: / }]"],
    ["by none", null],
  ])("V28 %s is damaged state, and no proof of a rollback", async (_how, smoke) => {
    const session = sessionOf(proven, smoke)
    await expect(readBundle(session.api, "apps", proven)).rejects.toMatchObject({
      code: "STATE_DAMAGED",
      detail: { why: "changed since 1.0.0 was verified: smoke test" },
    })
    const result = await driverActions(session, "op", null).smoke(
      proven,
      "smoke-after-rollback.json",
      1000,
      signal,
    )
    expect(result).toMatchObject({ ok: false, cause: expect.stringContaining("smoke test of 1.0.0") })
  })

  test("sibling of V28: one put in the place of the health paths", async () => {
    const byHealth = { ...set, smoke: null }
    const session = sessionOf(byHealth, "checks: [{ name: any, path: / }]")
    await expect(readBundle(session.api, "apps", byHealth)).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })

  test("sibling of V28: another smoke test of the same release is stored beside the former one", async () => {
    const { api } = memorySession(new MemoryApi(), new MemoryClock())
    const other = { ...set, smoke: sha256("checks: []") }
    await saveBundle(api, "apps", proven, { chart, values: [], smoke: hard })
    await saveBundle(api, "apps", other, { chart, values: [], smoke: "checks: []" })
    expect((await readBundle(api, "apps", proven))?.smoke).toBe(hard)
    expect((await readBundle(api, "apps", other))?.smoke).toBe("checks: []")
  })

  test("sibling of V28: one that was deleted is not replaced by an easier one", async () => {
    const session = memorySession(new MemoryApi(), new MemoryClock())
    const prove = (verified: ReleaseDigests, smoke: string | null) =>
      driverActions({ ...session, input: { ...session.input, smoke } }, "op", null).smoke(
        verified,
        "smoke-after-rollback.json",
        1000,
        signal,
      )
    const lost = { ok: false, cause: expect.stringContaining("is not stored any more") }
    expect(await prove(proven, "checks: [{ name: any, path: / }]")).toEqual(lost)
    expect(await prove(proven, null)).toEqual(lost)
    // The very test, as the registry has it, is as good: it is begun.
    await expect(prove(proven, hard)).rejects.toThrow("not used here")
  })

  test("V28 what an earlier version verified has no digest of it, and is read", async () => {
    const session = sessionOf(set, hard)
    expect((await readBundle(session.api, "apps", set))?.smoke).toBe(hard)
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

describe("sibling of V43: what is small in an object and without measure when it is unpacked", () => {
  const pad = " ".repeat(80 * 1024 * 1024)
  const code = async (act: () => unknown) => {
    try {
      return await act()
    } catch (error) {
      return error instanceof SignalboxError && [error.code, String(error.cause)]
    }
  }

  test("is no stored release", async () => {
    const { api } = sessionWith(gzipSync(`${pad}${JSON.stringify(whole)}`).toString("base64"))
    expect(await code(() => readBundle(api, "apps", set))).toEqual([
      "STATE_DAMAGED",
      expect.stringContaining("larger than"),
    ])
  })

  test("is no revision of Helm", async () => {
    const release = `${pad}{"version":1,"manifest":"","info":{"status":"deployed"}}`
    const data = { release: Buffer.from(gzipSync(release).toString("base64")).toString("base64") }
    expect(
      await code(() => decodeRelease({ metadata: { name: "sh.helm.release.v1.app.v1" }, data })),
    ).toEqual(["STATE_DAMAGED", expect.stringContaining("larger than")])
  })
})
