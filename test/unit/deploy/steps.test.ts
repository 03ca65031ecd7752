/** Nothing is called verified by a step that this version does not know, or that did not end. */
import { describe, expect, test } from "vitest"
import { nextAction } from "../../../src/deploy/engine/index.ts"
import {
  emptyLedger,
  markStep,
  openJournal,
  type StoredJournal,
  startRollback,
} from "../../../src/deploy/state/index.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { type Plan, planHash, type StepState } from "../../../src/domain/index.ts"
import { members } from "./support/members.ts"
import { history, manifestOf, setOf } from "./support/sets.ts"

const at = "2026-01-01T00:00:00Z"
const target = setOf("1.1.0")

const world: World = {
  ...history([
    {
      revision: 1,
      status: "deployed",
      description: "",
      manifest: manifestOf("1.1.0"),
      manifests: target.manifests,
    },
  ]),
  ...{ rollout: { ready: true, waitingFor: [], changed: [] }, traffic: { present: [], missing: [] } },
  ...{ images: {}, pods: [], ledger: emptyLedger("staging") },
}

function planned(...ids: readonly string[]): { plan: Plan; journal: StoredJournal } {
  const steps = ids.map((id) => ({ id, title: id, timeoutSeconds: 1 })) as unknown as Plan["steps"]
  const plan: Plan = {
    ...{ schemaVersion: 1, kind: "deploy", project: "test", environment: "staging", namespace: "apps" },
    ...{
      releaseName: "app",
      cluster: "uid-1",
      baseRevision: 0,
      strategy: "rolling",
      changes: [],
      warnings: [],
    },
    ...{ proof: null, current: null, target, fallback: setOf("1.0.0"), steps },
  }
  const facts = {
    operation: "op",
    fence: 1,
    plan,
    planHash: planHash(plan),
    by: "anna",
    started: at,
    reason: null,
  }
  return { plan, journal: openJournal(facts) }
}

function marked(journal: StoredJournal, states: Readonly<Record<string, StepState>>): StoredJournal {
  return Object.entries(states).reduce((now, [id, state]) => markStep(now, id, state, at), journal)
}

describe("a plan with a step that this version does not know", () => {
  const { plan, journal } = planned("roll-out", "smoke", "migrate", "verify")

  test.each<[string, StoredJournal]>([
    ["before anything is done", journal],
    ["at its end", marked(journal, { "roll-out": "done", smoke: "done", migrate: "done" })],
  ])("is INTERNAL, %s", (_when, now) => {
    expect(() => nextAction(members, now, plan, world)).toThrowError(
      expect.objectContaining({ code: "INTERNAL", message: expect.stringContaining("migrate") }),
    )
  })

  test("can still be taken back", () => {
    expect(nextAction(members, startRollback(journal, "interrupted"), plan, world)).toMatchObject({
      do: "run",
      step: "return",
    })
  })
})

test.each<[string, Readonly<Record<string, StepState>>]>([
  ["failed", { load: "failed" }],
  ["without a verdict", { load: "inconclusive" }],
  ["running", { load: "running" }],
])("a step that is %s is done again, never passed over", (_what, states) => {
  const { plan, journal } = planned("roll-out", "smoke", "load", "verify")
  const now = marked(journal, { "roll-out": "done", smoke: "done", ...states })
  expect(nextAction(members, now, plan, world)).toMatchObject({ do: "run", step: "load" })
})

test("only when all of them have ended, what runs is recorded as verified", () => {
  const { plan, journal } = planned("roll-out", "smoke", "load", "verify")
  const all = { "roll-out": "done", smoke: "done", load: "done" } as const
  expect(nextAction(members, marked(journal, all), plan, world)).toMatchObject({
    do: "close",
    outcome: "verified",
  })
})
