import { describe, expect, test } from "vitest"
import { assertAccepted, assertLastingEvidence } from "../../../src/deploy/index.ts"
import { Duration, sha256 } from "../../../src/domain/index.ts"
import { environmentOf } from "./support/sets.ts"

const date = "2026-03-10T12:00:00Z"
const fixture = { name: "signalbox-fixture", maxAge: new Duration("9999d") }
const fresh = { name: "trivy-db", maxAge: new Duration("24h") }

const evidence = {
  version: "1.0.0",
  gates: [
    {
      gate: "vulnerabilities",
      verdict: "pass" as const,
      summary: "fine",
      tools: [{ name: "trivy", version: "1", image: `registry.example/trivy@${sha256("trivy")}` }],
      reportDigest: sha256("vulnerabilities"),
      database: { name: "signalbox-fixture", date: "2026-01-01T00:00:00Z" },
    },
  ],
  policy: {
    source: "base" as const,
    ref: "refs/remotes/origin/main",
    branch: "main",
    hash: sha256("policy"),
  },
  waivers: [],
}

function destination(name: string, accepted: typeof fixture, isProtected = false) {
  return {
    environment: { ...environmentOf({ name, protected: isProtected }), acceptedDatabases: [accepted] },
    requiredGates: ["vulnerabilities"],
    protectedBranches: ["main"],
  }
}

describe("a release that is not made yet", () => {
  test("is let through where every environment on its way would take it", () => {
    const way = [destination("staging", fixture), destination("production", fixture, true)]
    expect(() => assertAccepted(evidence, way, date)).not.toThrow()
  })

  test.each([
    ["the first", [destination("staging", fresh), destination("production", fixture, true)], "staging"],
    ["the last", [destination("staging", fixture), destination("production", fresh, true)], "production"],
  ])("is refused where %s would not, which is named", (_which, way, name) => {
    expect(() => assertAccepted(evidence, way, date)).toThrow(
      expect.objectContaining({
        code: "POLICY_REFUSED",
        exitCode: 16,
        message: expect.stringMatching(new RegExp(`${name} does not accept .*[^]*nothing was published`)),
      }),
    )
  })

  test("meant for no environment is not judged by any", () => {
    expect(() => assertAccepted(evidence, [], date)).not.toThrow()
  })
})

describe("sibling of C17: a published release whose route ends at a protected environment", () => {
  const asked =
    (change: Partial<typeof evidence>, isProtected = true) =>
    () =>
      assertLastingEvidence({ ...evidence, ...change }, destination("production", fresh, isProtected))

  test.each<[string, object, RegExp]>([
    ["a pre-release", { version: "1.0.0-rc.1" }, /1\.0\.0-rc\.1 is a pre-release/],
    [
      "judged by its own policy",
      { policy: { ...evidence.policy, source: "own" } },
      /not judged by the policy/,
    ],
    [
      "judged by tools without a digest",
      { gates: evidence.gates.map((gate) => ({ ...gate, tools: [{ name: "trivy", version: "1" }] })) },
      /tools are not named by digest/,
    ],
  ])("is refused before it is deployed to the first: %s", (_, change, says) => {
    expect(asked(change)).toThrow(says)
    expect(asked(change)).toThrow("nothing was deployed")
    expect(asked(change, false)).not.toThrow()
  })

  test("is not refused for what a later scan or an override may change by then", () => {
    const gates = evidence.gates.map((gate) => ({ ...gate, verdict: "fail" as never }))
    expect(asked({ gates })).not.toThrow()
    expect(asked({})).not.toThrow()
  })
})
