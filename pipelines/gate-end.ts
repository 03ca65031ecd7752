import type { File } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { conclude, type Outcome } from "../src/call/index.ts"
import { exitCodeOf, SignalboxError, verdicts } from "../src/domain/index.ts"
import type { GateName } from "../src/gates/index.ts"
import { judge } from "./gates.ts"

/** Prints a report and ends the call with the exit code of its verdict. */
export async function endWithVerdict(verdict: string, markdown: string, toolbox: File): Promise<string> {
  const { parseToolbox, toolContainer } = await import("../src/toolbox/index.ts")
  const known = verdicts.find((name) => name === verdict)
  if (known === undefined) throw new SignalboxError("INTERNAL", { what: `there is no verdict ${verdict}` })
  const shell = async () => toolContainer(parseToolbox(await toolbox.contents(), "toolbox.yaml"), "node")
  return conclude(shell, { exitCode: exitCodeOf(known), stdout: markdown })
}

/** Runs a single gate; the call ends with the exit code of its verdict. */
export async function runGate(session: Session, name: GateName): Promise<Outcome> {
  const { toMarkdown } = await import("../src/report/index.ts")
  const { data } = await judge(session, "branch", [name])
  return { exitCode: exitCodeOf(data.verdict), stdout: toMarkdown(data) }
}
