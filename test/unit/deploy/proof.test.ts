/** What a plan says about how its release will be proven. */
import { describe, expect, test } from "vitest"
import type { DriverInput } from "../../../src/deploy/driver/input.ts"
import { proofOf } from "../../../src/deploy/driver/verification.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"

function proof(environment: Record<string, unknown> = {}, input: Partial<DriverInput> = {}) {
  const call = { environment: { load: { profile: "smoke" }, ...environment } }
  const session = memorySession(new MemoryApi(), new MemoryClock(), call)
  return proofOf({ ...session, input: { ...session.input, ...input } })
}

const script = (text: string) => ({ text, digest: sha256(text) })

describe("what a release is held against", () => {
  test("is the same in two calls", () => {
    expect(proof()).toEqual(proof())
  })

  test.each<[string, Record<string, unknown>, Partial<DriverInput>]>([
    ["another objective", { objectives: { errorRate: 0.5 } }, {}],
    ["V06 a status that is expected", { objectives: { expectedStatuses: [404] } }, {}],
    ["a shorter load", { load: { profile: "smoke", scale: 0.5 } }, {}],
    ["no load", { load: { profile: "none" } }, {}],
    ["another load script", {}, { loadScript: script("other") }],
    ["no load script", {}, { loadScript: null }],
    ["a smoke test of the release's own", {}, { smoke: "checks: [{ name: a, path: /a }]" }],
  ])("differs with %s", (_name, environment, input) => {
    expect(proof(environment, input)).not.toEqual(proof())
  })

  test("names the texts by their digests", () => {
    const smoke = "checks: [{ name: a, path: /a }]"
    expect(proof({}, { smoke, loadScript: script("load") })).toMatchObject({
      smoke: { source: "smoke.yaml", digest: sha256(smoke) },
      load: { users: 10, durationSeconds: 60, script: sha256("load") },
    })
  })
})
