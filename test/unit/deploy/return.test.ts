import { describe, expect, test } from "vitest"
import { returnToSet } from "../../../src/deploy/driver/return.ts"
import type { Helm, HelmOutcome } from "../../../src/deploy/helm/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"
import { setOf } from "./support/sets.ts"

const away: HelmOutcome = { ok: false, why: "unreachable", message: "cluster unreachable" }

/** Goes back by a Helm that ends so, one time after the other. */
async function goBack(...outcomes: readonly HelmOutcome[]) {
  let asked = 0
  const helm = { rollback: async () => outcomes[asked++] ?? away } as unknown as Helm
  const session = { ...memorySession(new MemoryApi(), new MemoryClock()), helm }
  const request = { set: setOf("1.0.0"), revision: 1, timeoutMs: 1000, operation: "op" }
  const signal = new AbortController().signal
  const result = await returnToSet(session, { ...request, signal }, async () => "")
  return { result, asked }
}

describe("C21 a stored revision with an API version that is gone", () => {
  const gone: HelmOutcome = {
    ...{ ok: false, why: "other" },
    message:
      'unable to build kubernetes objects from release manifest: no matches for kind "Widget" in version "v1alpha1"',
  }

  test("C21 is not the end: the stored chart and values are tried, and both reasons are told", async () => {
    const { result, asked } = await goBack(gone)
    expect(asked).toBe(1)
    expect(result).toEqual({
      ok: false,
      cause: expect.stringMatching(
        /no matches for kind "Widget".*; then, rendered anew: neither Helm's revision nor/,
      ),
    })
  })

  test("sibling of C21: another failure of Helm is not tried by the stored chart", async () => {
    const { result } = await goBack({ ok: false, why: "other", message: "forbidden" })
    expect(result).toEqual({ ok: false, cause: "back to 1.0.0: forbidden" })
  })
})

describe("going back", () => {
  test("outlasts an API server that is away for a moment: a person is not needed for that", async () => {
    expect(await goBack(away, away, { ok: true })).toMatchObject({ result: { ok: true }, asked: 3 })
  })

  test("fails in the end, with Helm's words", async () => {
    const { result, asked } = await goBack(away, away, away)
    expect([result, asked]).toEqual([{ ok: false, cause: "back to 1.0.0: cluster unreachable" }, 3])
  })

  test("is not tried again where the pods are not ready", async () => {
    const { asked } = await goBack({ ok: false, why: "not-ready", message: "not ready" })
    expect(asked).toBe(1)
  })
})
