import { z } from "zod"
import type { TierReport } from "../runner/report.ts"

/** A tier's report, as far as it is looked at here. */
export type Results = Pick<TierReport, "tier"> & {
  readonly cases: readonly Pick<TierReport["cases"][number], "name" | "state">[]
}

const one = z.strictObject({
  /** What kind of fault it is, in a few words; its siblings share it. */
  kind: z.string().min(1),
  /** Part of the name of each test that must have run. Default: the id itself. */
  tests: z.array(z.string().min(1)).min(1).optional(),
  /** Whether its test failed before the cure; `null`: it was cured before it had a test under this name. */
  failedBefore: z.boolean().nullable(),
  /** A case of our own finding, of the same kind as this one. */
  siblingOf: z.string().optional(),
})

const later = z.strictObject({ later: z.string().min(1) })

export const casesFile = z.strictObject({
  schemaVersion: z.literal(1),
  cases: z.record(z.string().regex(/^[VCGRXP]\d{1,2}(?:-s\d{1,2})?$/), z.union([one, later])),
})
export type CasesFile = z.infer<typeof casesFile>

export interface CaseLine {
  readonly id: string
  readonly verdict: "passed" | "failed" | "did not run" | "later"
  readonly kind: string
  /** `TIER: NAME` of its tests. */
  readonly tests: readonly string[]
}

/**
 * Case by case which tests have run for it, and how they ended. One whose test did not run has not been shown, whatever
 * an earlier run has said.
 */
export function caseLines({ cases }: CasesFile, results: readonly Results[]): readonly CaseLine[] {
  const all = results.flatMap(({ tier, cases: ran }) => ran.map((result) => ({ ...result, tier })))
  return Object.entries(cases).map(([id, wanted]) => {
    if ("later" in wanted) return { id, verdict: "later", kind: wanted.later, tests: [] }
    const parts = wanted.tests ?? [id]
    const found = parts.map((part) => all.filter(({ name }) => names(name, part)))
    const ran = found.flat().filter(({ state }) => state !== "skipped")
    const missing = found.some((some) => some.every(({ state }) => state === "skipped"))
    const failed = ran.some(({ state }) => state === "failed")
    return {
      id,
      verdict: failed ? "failed" : missing ? "did not run" : "passed",
      kind: wanted.kind,
      tests: [...new Set(ran.map(({ tier, name }) => `${tier}: ${name}`))],
    }
  })
}

/** `V4` is not named by a test of V41. */
function names(test: string, part: string): boolean {
  const at = test.indexOf(part)
  if (at < 0) return false
  return !/^\w/.test(test.slice(at + part.length)) || names(test.slice(at + part.length), part)
}
