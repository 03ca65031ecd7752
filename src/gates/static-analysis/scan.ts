import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { program, type ToolName, toolCommand, toolContainer, withVariables } from "../../toolbox/index.ts"
import { outDirectory } from "../engine/exec.ts"
import { runBare } from "../engine/run-check.ts"
import type { GateContext, ToolOutcome } from "../gate.ts"
import { banditArgs, banditJudged } from "./bandit.ts"
import { fileKinds, mixed } from "./languages.ts"
import type { SelectRequest } from "./select.ts"
import { wasCut } from "./semgrep.ts"
import { sarifName, semgrepArgs, semgrepFailed, semgrepJudged, semgrepVariables } from "./semgrep-run.ts"

/** Where the code lies that is judged. */
const judged = "/judged"
/** Seconds that a rule has for a file; what was cut off is tried once more, with the second. */
const ruleSeconds = [30, 120] as const

/** The code of the tree alone, and selected.json. */
export function selectCode(
  { source, toolbox, revision }: Pick<GateContext, "source" | "toolbox" | "revision">,
  ruled: readonly string[],
  exclude: SelectRequest["exclude"],
): Directory {
  const select = "/signalbox/static-analysis/select.ts"
  const committed = revision !== undefined
  const request: SelectRequest = { kinds: fileKinds, ruled, mixed, exclude, committed }
  return toolContainer(toolbox, "node")
    .withUser("0")
    .withFile(select, program("src/gates/static-analysis/select.ts"))
    .withFile("/signalbox/static-analysis/first-line.ts", program("src/gates/static-analysis/first-line.ts"))
    .withFile(
      "/signalbox/static-analysis/source-text.ts",
      program("src/gates/static-analysis/source-text.ts"),
    )
    .withFile("/signalbox/engine/code-digests.ts", program("src/gates/engine/code-digests.ts"))
    .withNewFile("/signalbox/request.json", JSON.stringify(request))
    .withMountedDirectory("/tree", source)
    .withDirectory(outDirectory, dag.directory())
    .withExec(["node", select, "/signalbox/request.json", "/tree", outDirectory])
    .directory(outDirectory)
}

/** What the engine has kept of an exec that came to no judgement would be its answer for ever. */
const again = (container: Container): Container =>
  container.withEnvVariable("SIGNALBOX_ATTEMPT", crypto.randomUUID())

/** Nothing of ours can be relied on in the images of these tools: they run alone in them. */
function prepared({ toolbox }: Pick<GateContext, "toolbox">, tool: ToolName, code: Directory): Container {
  return withVariables(toolContainer(toolbox, tool), semgrepVariables)
    .withUser("0")
    .withMountedDirectory(judged, code)
    .withWorkdir(judged)
}

/** Semgrep over the code, by files of rules. */
export async function runSemgrep(
  context: GateContext,
  code: Directory,
  ruleFiles: readonly string[],
): Promise<ToolOutcome> {
  const places = ruleFiles.map((_, index) => `/rules/${index + 1}.yaml`)
  const container = ruleFiles.reduce(
    (one, text, index) => one.withNewFile(places[index] ?? "", text),
    prepared(context, "semgrep", code),
  )
  const command = (seconds: number) => [
    toolCommand(context.toolbox, "semgrep"),
    ...semgrepArgs(outDirectory, places, seconds),
  ]
  const first = await runBare(container, { command: command(ruleSeconds[0]), judged: semgrepJudged })
  if (first.outcome.finished && !wasCut(first.outcome.files["stdout.txt"])) return withSarif(first.outcome)
  // Its report says more of a failure than its last lines.
  const all = [...semgrepJudged, ...semgrepFailed]
  return withSarif(
    (await runBare(again(container), { command: command(ruleSeconds[1]), judged: all })).outcome,
  )
}

async function withSarif(outcome: ToolOutcome): Promise<ToolOutcome> {
  if (!outcome.finished || !(await outcome.out.entries()).includes(sarifName)) return outcome
  const text = await outcome.out.file(sarifName).contents()
  return { ...outcome, files: { ...outcome.files, [sarifName]: text } }
}

/** Bandit over the same code, of which it takes what is Python, and what it says of its version. */
export async function runBandit(
  context: GateContext,
  code: Directory,
): Promise<{ readonly outcome: ToolOutcome; readonly version: string }> {
  const container = prepared(context, "bandit", code)
  const bandit = toolCommand(context.toolbox, "bandit")
  const version = await container.withExec([bandit, "--version"]).stdout()
  const check = { command: [bandit, ...banditArgs], judged: banditJudged }
  const first = await runBare(container, check)
  return {
    outcome: first.outcome.finished ? first.outcome : (await runBare(again(container), check)).outcome,
    version,
  }
}
