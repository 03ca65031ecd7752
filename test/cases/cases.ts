import { z } from "zod"
import { type Results, type Shown, shownBy } from "./shown.ts"

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
  readonly verdict: Shown["verdict"] | "later"
  readonly kind: string
  /** `TIER: NAME` of its tests. */
  readonly tests: readonly string[]
}

/** Case by case which tests have run for it, and how they ended. */
export function caseLines({ cases }: CasesFile, results: readonly Results[]): readonly CaseLine[] {
  return Object.entries(cases).map(([id, wanted]) => {
    if ("later" in wanted) return { id, verdict: "later", kind: wanted.later, tests: [] }
    const parts = (wanted.tests ?? [id]).map((part) => ({ part }))
    return { id, kind: wanted.kind, ...shownBy(parts, results) }
  })
}
