/** What becomes of an operation whose driver died, by what is asked for next. */
import { describe, expect, test } from "vitest"
import { type Recovery, recoveryOf } from "../../../src/deploy/engine/index.ts"
import {
  emptyLedger,
  hold,
  isUnfinished,
  openJournal,
  startRollback,
} from "../../../src/deploy/state/index.ts"
import { type Plan, type PlanBasis, type PlanProof, planHash, sha256 } from "../../../src/domain/index.ts"
import { killPoints } from "./support/runs.ts"
import { setOf } from "./support/sets.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

const proof: PlanProof = {
  smoke: { source: "smoke.yaml", digest: sha256("smoke") },
  load: null,
  objectives: { errorRate: 0.01, p95Ms: 500, availability: 0.99, minimumRequests: 100, expectedStatuses: [] },
}
const lax: PlanProof = { ...proof, objectives: { ...proof.objectives, errorRate: 0.5 } }

const planned = {
  ...{ profile: "smoke", scale: 1, users: 10, durationSeconds: 60, rampUpSeconds: 5 },
  script: sha256("load.js"),
}

/** As an earlier version wrote them down. */
const earlier = { errorRate: 0.01, p95Ms: 500, availability: 0.99, minimumRequests: 100 }

/** Settings, gates and tools of the plan, and nothing that would refuse it today. */
const basis: PlanBasis = {
  ...{ environment: sha256("environment"), settings: {}, requiredGates: [], tools: {} },
  policy: { protectedBranches: [], anchor: null },
  ...{ verifiedFor: null, outside: sha256("hooks") },
}
const asked = { basis, refused: false }

const steps: Plan["steps"] = [{ id: "roll-out", title: "", timeoutSeconds: 1 }]

const plan: Plan = {
  ...{ schemaVersion: 1, kind: "deploy", project: "test", environment: "staging", namespace: "apps" },
  ...{ releaseName: "app", cluster: "uid-1", baseRevision: 1, strategy: "rolling", proof, basis },
  ...{ changes: [], warnings: [], steps },
  ...{ current: setOf("1.0.0"), target: setOf("1.1.0"), fallback: setOf("1.0.0") },
} as const

const ledger = emptyLedger("staging")
const held = hold(ledger, setOf("1.1.0"), null, {
  ...{ since: "2026-01-01T00:00:00Z", reason: "no", operation: "o" },
})

function interrupted(change: Partial<Plan> = {}) {
  const changed = { ...plan, ...change }
  const by = { by: "anna", started: "2026-01-01T00:00:00Z", reason: null }
  return openJournal({ operation: "op", fence: 1, plan: changed, planHash: planHash(changed), ...by })
}

describe("an interrupted deployment", () => {
  const cases: readonly (readonly [string, Recovery, Parameters<typeof recoveryOf>])[] = [
    [
      "the same release is asked for",
      "resume",
      [interrupted(), ledger, { set: setOf("1.1.0"), proof, ...asked, steps }],
    ],
    [
      "the same release is, and its plan is from before a load test could stay without a verdict",
      "resume",
      [
        interrupted({ proof: { ...proof, load: planned, objectives: earlier } }),
        ledger,
        {
          set: setOf("1.1.0"),
          proof: { ...proof, load: { ...planned, inconclusive: "keep" } },
          ...asked,
          steps,
        },
      ],
    ],
    [
      "the same release is, and its load test may stay without a verdict now",
      "roll-back",
      [
        interrupted({ proof: { ...proof, load: { ...planned, inconclusive: "return" } } }),
        ledger,
        {
          set: setOf("1.1.0"),
          proof: { ...proof, load: { ...planned, inconclusive: "keep" } },
          ...asked,
          steps,
        },
      ],
    ],
    [
      "V20: the same release is, and its evidence does not hold any more",
      "roll-back",
      [interrupted(), ledger, { set: setOf("1.1.0"), proof, ...asked, refused: true, steps }],
    ],
    [
      "V20: the same, while it was on its way back",
      "resume",
      [
        startRollback(interrupted(), "503"),
        ledger,
        { set: setOf("1.1.0"), proof, ...asked, refused: true, steps },
      ],
    ],
    [
      "sibling of V20: another one is, and is refused: a rollback by hand is finished all the same",
      "finish",
      [
        interrupted({ kind: "rollback", proof: null }),
        ledger,
        { set: setOf("1.2.0"), proof, ...asked, refused: true, steps },
      ],
    ],
    [
      "sibling of V10: the same release is, with other settings or tools",
      "roll-back",
      [
        interrupted(),
        ledger,
        {
          set: setOf("1.1.0"),
          proof,
          basis: { ...basis, environment: sha256("other") },
          refused: false,
          steps,
        },
      ],
    ],
    [
      "sibling of V10: the same release is, rendered as an upgrade now: its hooks are the chart's",
      "resume",
      [
        interrupted(),
        ledger,
        { set: setOf("1.1.0"), proof, basis: { ...basis, outside: sha256("other") }, refused: false, steps },
      ],
    ],
    ["another one is", "roll-back", [interrupted(), ledger, { set: setOf("1.2.0"), proof, ...asked, steps }]],
    ["a rollback is", "roll-back", [interrupted(), ledger, null]],
    [
      "the same release is, held against something else",
      "roll-back",
      [interrupted(), ledger, { set: setOf("1.1.0"), proof: lax, ...asked, steps }],
    ],
    [
      "the same release is, by steps that do something else",
      "roll-back",
      [
        interrupted({
          steps: [...steps, { id: "hook:a", title: "", timeoutSeconds: 1, details: { command: ["a"] } }],
        }),
        ledger,
        {
          ...{ set: setOf("1.1.0"), proof, ...asked },
          steps: [...steps, { id: "hook:a", title: "", timeoutSeconds: 1, details: { command: ["b"] } }],
        },
      ],
    ],
    [
      "the same is, and nothing was verified before",
      "close",
      [interrupted({ fallback: null }), ledger, { set: setOf("1.1.0"), proof: lax, ...asked, steps }],
    ],
    [
      "it was on its way back already",
      "resume",
      [startRollback(interrupted(), "503"), ledger, { set: setOf("1.1.0"), proof: lax, ...asked, steps }],
    ],
    [
      "it was a rollback, which names no proof",
      "resume",
      [
        interrupted({ kind: "rollback", proof: null }),
        ledger,
        { set: setOf("1.1.0"), proof, ...asked, steps },
      ],
    ],
    [
      "it was a rollback, and something else is",
      "finish",
      [
        interrupted({ kind: "rollback", proof: null, fallback: null }),
        ledger,
        { set: setOf("1.2.0"), proof, ...asked, steps },
      ],
    ],
    [
      "it was a rollback, and one is asked for again",
      "finish",
      [interrupted({ kind: "rollback", proof: null, fallback: null }), ledger, null],
    ],
    [
      "it was a rollback to what was held since",
      "roll-back",
      [
        interrupted({ kind: "rollback", proof: null, fallback: null }),
        held,
        { set: setOf("1.2.0"), proof, ...asked, steps },
      ],
    ],
    [
      "it was held since",
      "roll-back",
      [interrupted(), held, { set: setOf("1.1.0"), proof, ...asked, steps }],
    ],
  ]

  test.each(cases)("when %s: %s", (_when, expected, args) => {
    expect(recoveryOf(...args)).toBe(expected)
  })
})

describe("a rollback whose driver died after Helm had gone back", () => {
  const deploy = (version: string) => ({ do: "deploy" as const, version })

  async function cutOff(): Promise<Simulation> {
    const simulation = new Simulation()
    for (const version of ["good-1", "good-2", "good-5"]) await simulation.untilDone(deploy(version), [])
    for (let point = 0; simulation.runs() === "good-5"; point++)
      expect(await simulation.once({ do: "rollback" }, point)).toBeNull()
    expect(simulation.journal()).toMatchObject({ kind: "rollback", phase: "forward", reason: "by hand" })
    return simulation
  }

  test("is finished before a deployment that is then refused: the ledger says what runs", async () => {
    const simulation = await cutOff()
    expect(await simulation.untilDone(deploy("good-5"), [])).toBe("refused")
    expect(simulation.runs()).toBe("good-2")
    expect(simulation.verifiedVersion()).toBe("good-2")
    expect(simulation.ledger().entries.at(-1)).toMatchObject({ kind: "rollback", reason: "by hand" })
  })
})

describe("wherever a driver dies, a rollback by hand goes no further than one version", () => {
  const deploy = (version: string) => ({ do: "deploy" as const, version })
  const wishes: readonly (readonly [string, readonly string[], Wish, string])[] = [
    ["a deployment that fails its smoke test", ["good-1", "good-2"], deploy("unsmoked-4"), "good-2"],
    ["a deployment that does not get ready", ["good-1", "good-2"], deploy("unready-3"), "good-2"],
    ["a rollback by hand", ["good-5", "good-1", "good-2"], { do: "rollback" }, "good-1"],
  ]

  test.each(wishes)("after %s", async (_what, before, wish, expected) => {
    let last = 0
    for (const point of killPoints()) {
      const simulation = new Simulation()
      for (const version of before) await simulation.untilDone(deploy(version), [])
      if ((await simulation.once(wish, point)) !== null) break
      if (!isUnfinished(simulation.journal())) continue
      last = point
      await simulation.untilDone({ do: "rollback" }, [])
      expect(simulation.runs()).toBe(expected)
    }
    expect(last).toBeGreaterThan(10)
  })
})

describe("a call whose operation id is already in the ledger", () => {
  test.each<[string, Wish]>([
    ["a deployment", { do: "deploy", version: "good-2" }],
    ["a rollback", { do: "rollback" }],
  ])("%s does not end with the former result: 13, and nothing is changed", async (_what, wish) => {
    const world = new Simulation()
    await world.once({ do: "deploy", version: "good-5" }, Number.POSITIVE_INFINITY, { call: "first" })
    await world.once({ do: "deploy", version: "good-1" }, Number.POSITIVE_INFINITY, { call: "same" })
    const before = world.ledger().entries.length
    expect(await world.once(wish, Number.POSITIVE_INFINITY, { call: "same" })).toBe("USAGE")
    expect([world.runs(), world.ledger().entries.length]).toEqual(["good-1", before])
    expect(await world.untilDone({ do: "deploy", version: "good-2" }, [])).toBe("verified")
  })
})
