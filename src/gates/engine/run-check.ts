import { posix } from "node:path"
import { type Container, type Directory, dag, ReturnType } from "@dagger.io/dagger"
import { type Check, type Checks, type Language, workdir } from "../../languages/index.ts"
import { type ReasonIn, whyFailed } from "../../toolbox/index.ts"
import type { CheckRun, ToolOutcome } from "../gate.ts"
import { changedBy, type JudgedTree } from "./changes.ts"
import { execTool, outDirectory, settle } from "./exec.ts"
import { lastOutput } from "./last-output.ts"
import { whatRan } from "./what-ran.ts"

/** The result of a check's command, for every gate that reads its output. */
export interface CommandResult {
  readonly outcome: ToolOutcome
  /** The component's directory as the command left it. */
  readonly component: Directory
  /** Where that is in the container. */
  readonly workdir: string
}

/**
 * Runs a check's command in a development container, and finds out which files of the tree it changed. Where that has Node, under run-tool.ts: exit codes that are no
 * judgement fail the exec, so that it is not cached and runs again on the next call. Elsewhere nothing of ours can be
 * relied on in the image: the engine caches the exec whatever its exit code, and a code that is no judgement is run
 * once more under a cache key of its own, so that a corrected cause takes effect.
 * @param seconds after which a command under run-tool.ts is ended. Default: that of `execTool`.
 */
export async function runCommand(
  container: Container,
  check: Pick<Check, "command" | "judged" | "tool">,
  language: Pick<Language, "hasNode" | "reasonIn">,
  tree: JudgedTree,
  seconds?: number,
): Promise<CommandResult> {
  if (language.hasNode) return runUnderNode(container, check, language.reasonIn, seconds)
  const first = await runBare(container, check, language.reasonIn)
  const { comments } = check.tool
  if (first.outcome.finished) return withChanges(first, container, tree, comments)
  const again = container.withEnvVariable("SIGNALBOX_ATTEMPT", crypto.randomUUID())
  return withChanges(await runBare(again, check, language.reasonIn), container, tree, comments)
}

async function withChanges(
  result: CommandResult,
  container: Container,
  tree: JudgedTree,
  comments: string | undefined,
): Promise<CommandResult> {
  const { outcome, component, workdir: place } = result
  if (!outcome.finished) return result
  try {
    const told = await changedBy(tree, container.directory(place), component, comments)
    return { ...result, outcome: { ...outcome, ...told } }
  } catch (thrown) {
    const why = `it is not known whether its command changed the tree: ${whyFailed(thrown)}`
    return { ...result, outcome: { finished: false, why } }
  }
}

/**
 * The container without what would be taken for a report of its checks. What is committed, or was left by the image's
 * build, is of another run: a command that writes nothing must not be judged by it.
 */
export async function withoutReports(
  container: Container,
  checks: Partial<Checks>,
  hasNode: boolean,
): Promise<Container> {
  const all = Object.values(checks).flatMap((one) => ("report" in one ? [one, ...(one.more ?? [])] : []))
  const patterns = all.flatMap(({ report }) => (report.in === "component" ? [report.path] : []))
  if (patterns.length === 0) return container
  const place = await placeIn(container, hasNode)
  const component = container.directory(place)
  const found = await Promise.all(patterns.map((pattern) => component.glob(pattern)))
  const files = [...new Set(found.flat())].filter((path) => !path.endsWith("/"))
  return files.length === 0 ? container : container.withoutFiles(files.map((path) => posix.join(place, path)))
}

/** The component's directory. Where a language has Node of ours, that is the usual one, or one of a member of a workspace below it. */
async function placeIn(container: Container, hasNode: boolean): Promise<string> {
  const own = await container.workdir()
  if (!hasNode) return own || "/"
  return own.startsWith(`${workdir}/`) ? own : workdir
}

async function runUnderNode(
  container: Container,
  { command, judged, tool }: Pick<Check, "command" | "judged" | "tool">,
  reasonIn: ReasonIn | undefined,
  seconds: number | undefined,
): Promise<CommandResult> {
  const place = await placeIn(container, true)
  const { done, outcome } = await execTool(container.withWorkdir(place), command, judged, {
    reasonIn,
    seconds,
    unchanged: place,
    package: tool.package,
    comments: tool.comments,
  })
  const component = outcome.finished ? done.directory(place) : dag.directory()
  return { outcome, component, workdir: place }
}

/** Runs a command in an image where nothing of ours can be relied on, once, whatever it ends with. */
export async function runBare(
  container: Container,
  { command, judged }: Pick<Check, "command" | "judged">,
  reasonIn?: ReasonIn,
): Promise<CommandResult> {
  const done = container.withDirectory(outDirectory, dag.directory()).withExec([...command], {
    expect: ReturnType.Any,
    redirectStdout: `${outDirectory}/stdout.txt`,
    redirectStderr: `${outDirectory}/stderr.txt`,
  })
  try {
    const exitCode = await done.exitCode()
    const outcome = await settle(done, ["stdout.txt", "stderr.txt"])
    const place = (await done.workdir()) || "/"
    const component = done.directory(place)
    const at = { component, workdir: place }
    if (!outcome.finished) return { outcome, ...at }
    if (judged.includes(exitCode)) return { outcome: { ...outcome, exitCode }, ...at }
    const ended = { how: `ended with ${exitCode}`, said: lastOutput(outcome.files) }
    return { outcome: { finished: false, why: `${command[0]} ${ended.how}${ended.said}`, ended }, ...at }
  } catch (thrown) {
    return {
      outcome: { finished: false, why: whyFailed(thrown, reasonIn) },
      component: dag.directory(),
      workdir,
    }
  }
}

/** Reads the report of a check's command. The error for a missing report names its path and the tool's last output. */
export async function reportOf(
  { outcome, component, workdir: at }: CommandResult,
  check: Check,
): Promise<CheckRun> {
  if (!outcome.finished) return { check, outcome, report: [], workdir: at }
  const { path, in: place } = check.report
  const directory = place === "reports" ? outcome.out : component
  const paths = (await directory.glob(path)).filter((one) => !one.endsWith("/")).sort()
  if (paths.length === 0) {
    const where = place === "reports" ? path : `${path} (in the component's directory)`
    const how = `ended with ${outcome.exitCode} and did not write ${where}`
    const said = lastOutput(outcome.files)
    const why = `${whatRan(check)} ${how}${said}`
    return { check, outcome: { finished: false, why, ended: { how, said } }, report: [], workdir: at }
  }
  const report = await Promise.all(paths.map((one) => directory.file(one).contents()))
  const named = Object.fromEntries(paths.map((one, index) => [nameOf(one, place), report[index] ?? ""]))
  const below = place === "reports" ? posix.dirname(path) : "."
  // Of a report in a directory of its own, only that directory is stored, without the command's other output.
  const files = below === "." ? { ...outcome.files, ...named } : named
  const own = below === "." ? outcome.out : outcome.out.directory(below)
  const out = Object.entries(named).reduce((all, [name, text]) => all.withNewFile(name, text), own)
  return { check, outcome: { ...outcome, files, out }, report, workdir: at }
}

function nameOf(path: string, place: Check["report"]["in"]): string {
  return place === "reports" ? posix.basename(path) : path
}
