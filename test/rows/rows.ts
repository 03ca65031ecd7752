import { z } from "zod"
import { type Results, type Shown, shownBy, type Wanted } from "../cases/shown.ts"

/** Test files, each with parts of the names of its tests that hold the row. */
const tests = z.record(z.string().regex(/^test\/.+\.test\.ts$/), z.array(z.string().min(1)).min(1))

const row = z
  .strictObject({
    /** What is asked for, in a few words. */
    title: z.string().min(1),
    tests: tests.default({}),
    /** What no test holds yet; a row without it is held whole. */
    open: z.string().min(1).optional(),
  })
  .refine(({ tests, open }) => Object.keys(tests).length > 0 || open !== undefined, {
    error: "a row has tests, or says what is missing",
  })

export const rowsFile = z.strictObject({
  schemaVersion: z.literal(1),
  rows: z.record(z.string().regex(/^(?:M\d{3}|[NXC]\d{2})$/), row),
})
export type RowsFile = z.infer<typeof rowsFile>

export interface RowLine {
  readonly id: string
  /** `in part`: its tests have passed, and something is missing beside them; `open`: there is no test at all. */
  readonly verdict: Shown["verdict"] | "in part" | "open"
  readonly title: string
  readonly open?: string
  /** `TIER: NAME` of its tests. */
  readonly tests: readonly string[]
}

/** Row by row which tests have run for it, how they ended, and what is missing. */
export function rowLines({ rows }: RowsFile, results: readonly Results[]): readonly RowLine[] {
  return Object.entries(rows).map(([id, { title, tests, open }]) => {
    const line = { id, title, ...(open === undefined ? {} : { open }) }
    const wanted = testsOf(tests)
    if (wanted.length === 0) return { ...line, verdict: "open", tests: [] }
    const shown = shownBy(wanted, results)
    return {
      ...line,
      verdict: shown.verdict === "passed" && open !== undefined ? "in part" : shown.verdict,
      tests: shown.tests,
    }
  })
}

const testsOf = (tests: RowsFile["rows"][string]["tests"]): readonly Wanted[] =>
  Object.entries(tests).flatMap(([file, parts]) => parts.map((part) => ({ file, part })))

/** Whether each row has tests, and all of them ran and passed. What is missing beside them is told, and waits. */
export const allHaveTests = (lines: readonly RowLine[]): boolean =>
  lines.every(({ verdict }) => verdict === "passed" || verdict === "in part")
