import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { program, type ReasonIn, whyFailed } from "../../toolbox/index.ts"
import type { ToolOutcome } from "../gate.ts"

/** Seconds after which a tool counts as hanging. */
export const toolTimeout = 900

/** Where tools write. */
export const outDirectory = "/out"

const runTool = "/signalbox/run-tool.ts"

/**
 * Runs a tool in a Node container under run-tool.ts: exit codes that are no judgement fail the exec, so that it is not
 * cached and runs again on the next call.
 */
export async function execTool(
  container: Container,
  command: readonly string[],
  judged: readonly number[],
  reasonIn?: ReasonIn,
): Promise<{ readonly done: Container; readonly outcome: ToolOutcome }> {
  const args = ["node", runTool, judged.join(","), String(toolTimeout), outDirectory, "--", ...command]
  const done = container.withFile(runTool, program("src/gates/engine/run-tool.ts")).withExec(args)
  return { done, outcome: await settle(done, ["stdout.txt", "stderr.txt"], reasonIn) }
}

/** Evaluates a prepared container and reads its reports. A failed exec is returned as an outcome, not thrown. */
export async function settle(
  container: Container,
  read: readonly string[],
  reasonIn?: ReasonIn,
): Promise<ToolOutcome> {
  try {
    const done = await container.sync()
    const out = done.directory(outDirectory)
    const present = new Set(await out.entries())
    const wanted = read.filter((name) => present.has(name))
    const texts = await Promise.all(wanted.map((name) => out.file(name).contents()))
    const files = Object.fromEntries(wanted.map((name, index) => [name, texts[index] ?? ""]))
    const exitCode = present.has("run.json") ? exitCodeIn(await out.file("run.json").contents()) : 0
    return { finished: true, exitCode, files, out }
  } catch (thrown) {
    return { finished: false, why: whyFailed(thrown, reasonIn) }
  }
}

function exitCodeIn(text: string): number {
  const { exitCode } = JSON.parse(text) as { exitCode?: unknown }
  if (typeof exitCode === "number") return exitCode
  throw new SignalboxError("OUTPUT_UNREADABLE", { what: "run.json has no exit code" })
}
