import { ExitCode } from "./exit-codes.ts"

/** The outcome of one gate or test. `waived` is a pass that lists what it let through; `skipped` does not apply, or is switched off. */
export const verdicts = ["pass", "fail", "error", "inconclusive", "skipped", "waived"] as const
export type Verdict = (typeof verdicts)[number]

/**
 * One verdict for many: any fail is fail, else any error is error, else any inconclusive is inconclusive, else pass
 * (waived when something was waived). Nothing judged at all is an error: an empty report proves nothing.
 */
export function combine(all: readonly Verdict[]): Verdict {
  for (const worst of ["fail", "error", "inconclusive"] as const) if (all.includes(worst)) return worst
  if (all.includes("waived")) return "waived"
  return all.includes("pass") ? "pass" : "error"
}

export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case "pass":
    case "waived":
    case "skipped":
      return ExitCode.pass
    case "fail":
      return ExitCode.failed
    case "error":
      return ExitCode.error
    case "inconclusive":
      return ExitCode.inconclusive
  }
}
