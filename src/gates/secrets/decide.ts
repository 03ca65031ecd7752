import type { Judgement } from "../gate.ts"
import { type LeakReading, leakFindings } from "./read.ts"

export function judgeLeaks(reading: LeakReading): Omit<Judgement, "tools"> {
  const { history, tree, commits, errors, reports } = reading
  const looked = commits === undefined ? "the tree, not its history" : `${commits} commits and the tree`
  return {
    findings: leakFindings(history, tree),
    errors,
    summary: `no secret in ${looked}`,
    figures: { commits: commits ?? 0 },
    reports,
  }
}
