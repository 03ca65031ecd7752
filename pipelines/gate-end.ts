import type { Session } from "../src/call/index.ts"
import { conclude, failed, type Outcome } from "../src/call/index.ts"
import {
  callWith,
  ExitCode,
  exitCodeOf,
  SignalboxError,
  type Verdict,
  verdicts,
} from "../src/domain/index.ts"
import type { GateName } from "../src/gates/index.ts"
import { orAssumed } from "./assumed.ts"
import { judge } from "./gates.ts"

/** A report that a call ends with. */
export interface ReportEnd {
  readonly verdict: string
  /** It judged fewer gates than apply, and the caller has not accepted that. */
  readonly incomplete: boolean
  /** Hash of the tree's own policy, where it passes only by that one. */
  readonly approvable: string | undefined
  /** The call, as it is written after the arguments of the module. */
  readonly call: string
  readonly markdown: string
}

/** Prints a report and ends the call with the exit code of its verdict. */
export function endWithVerdict(report: ReportEnd): string {
  return conclude(endOf(report))
}

/** How a call ends with a report: its exit code, and what the report itself does not say. */
export function endOf(report: ReportEnd): Outcome {
  const { incomplete, approvable, call, markdown } = report
  const verdict = verdicts.find((name) => name === report.verdict)
  if (verdict === undefined)
    throw new SignalboxError("INTERNAL", { what: `there is no verdict ${report.verdict}` })
  if (approvable !== undefined) return failed(policyApproval(approvable, call), markdown)
  const exitCode = exitCodeOf(verdict)
  if (exitCode === ExitCode.pass && incomplete) return failed(partialReport(), markdown)
  return { exitCode, stdout: markdown }
}

function partialReport(): SignalboxError {
  return new SignalboxError("REPORT_PARTIAL", {
    what: "the report leaves out gates, components or findings that apply, so that it is not a verdict on this tree",
    next: "run all gates, without --only, --skip, --affected, --since and --fail-fast; before a commit: assert --partial",
  })
}

/**
 * What to do where a tree passes by its own policy only.
 * @param call the call that ends with it, as it is written after the arguments of the module: `gates assert`
 */
export function policyApproval(hash: string, call: string): SignalboxError {
  return new SignalboxError("APPROVAL_REQUIRED", {
    what: "this tree passes only by its own policy, which differs from that of the base revision",
    next: `have the changes listed under "Policy changes" approved; a protected job then calls ${callWith(`--approve-policy ${hash}`, call)}`,
  })
}

/** Gates that did not pass, by the code whose exit code their verdict has. */
export function gatesError(verdict: Verdict, what: string): SignalboxError {
  const next = "fix what the report names"
  switch (verdict) {
    case "error":
      return new SignalboxError("GATE_ERROR", { what, next })
    case "inconclusive":
      return new SignalboxError("INCONCLUSIVE", { what, next })
    case "fail":
    case "pass":
    case "skipped":
    case "waived":
      return new SignalboxError("GATE_FAILED", { what, next })
  }
}

/** Runs a single gate; the call ends with the exit code of its verdict. */
export async function runGate(session: Session, name: GateName): Promise<Outcome> {
  const { toMarkdown } = await import("../src/report/index.ts")
  const { data, approvable } = await judge(await orAssumed(session), { context: "branch", only: [name] })
  const { verdict } = data
  return endOf({ verdict, incomplete: false, approvable, call: name, markdown: toMarkdown(data) })
}
