import type { File } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { conclude, type Outcome } from "../src/call/index.ts"
import { ExitCode, exitCodeOf, SignalboxError, verdicts } from "../src/domain/index.ts"
import type { GateName } from "../src/gates/index.ts"
import { judge } from "./gates.ts"

/** A report that a call ends with. */
export interface ReportEnd {
  readonly verdict: string
  /** It judged fewer gates than apply, and the caller has not accepted that. */
  readonly incomplete: boolean
  /** Hash of the tree's own policy, where it passes only by that one. */
  readonly approvable: string | undefined
  readonly markdown: string
  readonly toolbox: File
}

/** Prints a report and ends the call with the exit code of its verdict. */
export async function endWithVerdict({ markdown, toolbox, ...report }: ReportEnd): Promise<string> {
  const { parseToolbox, toolContainer } = await import("../src/toolbox/index.ts")
  const shell = async () => toolContainer(parseToolbox(await toolbox.contents(), "toolbox.yaml"), "node")
  const { exitCode, reason } = endOf(report)
  return conclude(shell, { exitCode, stdout: markdown, ...(reason === null ? {} : { stderr: reason }) })
}

/** Exit code of a report, and what the report itself does not say. */
export function endOf({ verdict, incomplete, approvable }: Omit<ReportEnd, "markdown" | "toolbox">): {
  readonly exitCode: ExitCode
  readonly reason: string | null
} {
  const known = verdicts.find((name) => name === verdict)
  if (known === undefined) throw new SignalboxError("INTERNAL", { what: `there is no verdict ${verdict}` })
  const exitCode = exitCodeOf(known)
  if (approvable !== undefined) return { exitCode: ExitCode.approval, reason: policyApproval(approvable) }
  if (exitCode === ExitCode.pass && incomplete) return { exitCode: ExitCode.error, reason: incompleteReport }
  return { exitCode, reason: null }
}

const incompleteReport =
  "GATE_FAILED: the report leaves out gates that apply, so that it is not a verdict on this tree\n" +
  "  next:  run all gates, without --only and --skip; before a commit: assert --partial\n"

/** What to do where a tree passes by its own policy only. */
export function policyApproval(hash: string): string {
  return (
    "GATE_FAILED: this tree passes only by its own policy, which differs from that of the base revision\n" +
    `  next:  have the changes listed under "Policy changes" approved; a protected job then calls with --approve-policy ${hash}\n`
  )
}

/** Runs a single gate; the call ends with the exit code of its verdict. */
export async function runGate(session: Session, name: GateName): Promise<Outcome> {
  const { toMarkdown } = await import("../src/report/index.ts")
  const { data, approvable } = await judge(session, { context: "branch", only: [name] })
  const { exitCode, reason } = endOf({ verdict: data.verdict, incomplete: false, approvable })
  return { exitCode, stdout: toMarkdown(data), ...(reason === null ? {} : { stderr: reason }) }
}
