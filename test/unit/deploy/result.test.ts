import { expect, test } from "vitest"
import { resultOf } from "../../../src/deploy/driver/result.ts"
import { finish, openJournal, startRollback } from "../../../src/deploy/state/index.ts"
import { stepCatalogue } from "../../../src/deploy/steps/catalogue.ts"
import { type Plan, planHash, type ReleaseDigests, sha256 } from "../../../src/domain/index.ts"
import { setOf } from "./support/sets.ts"

function next(fallback: ReleaseDigests, holdTarget: boolean): string | undefined {
  const plan: Plan = {
    ...{ schemaVersion: 1, kind: "deploy", project: "test", environment: "staging", namespace: "apps" },
    ...{ releaseName: "app", cluster: "uid-1", baseRevision: 1, strategy: "rolling", steps: [], changes: [] },
    ...{ warnings: [], proof: null, current: fallback, target: setOf("1.1.0"), fallback },
  }
  const facts = {
    operation: "op",
    fence: 1,
    plan,
    planHash: planHash(plan),
    by: "anna",
    started: "",
    reason: null,
  }
  const back = startRollback(openJournal(facts), "not ready", holdTarget)
  return resultOf(finish(back, "rolled-back"), stepCatalogue).error?.detail.next
}

test("what was taken back is called held only where it is", () => {
  expect(next(setOf("1.0.0"), true)).toMatch(/; 1\.1\.0 is held until lifted with a reason$/)
  expect(next(setOf("1.0.0"), false)).toMatch(/; 1\.1\.0 was not held by this/)
  const otherValues = setOf("1.1.0", { values: sha256("other values") })
  expect(next(otherValues, true)).toMatch(/; 1\.1\.0 was not held by this/)
})
