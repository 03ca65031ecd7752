import { type Container, ExecError } from "@dagger.io/dagger"
import { z } from "zod"
import { program, type ReasonIn, whyFailed } from "../../toolbox/index.ts"
import { readJson } from "../formats/read.ts"
import type { ToolOutcome, Unfinished } from "../gate.ts"

/** Seconds after which a tool counts as hanging where its gate gives it no limit. */
const toolTimeout = 1800

/** Where tools write. */
export const outDirectory = "/out"

const runTool = "/signalbox/run-tool.ts"

/** What run-tool.ts writes. */
const runResult = z.object({
  exitCode: z.int(),
  changed: z.array(z.string()).default([]),
  version: z.string().optional(),
  comments: z.array(z.object({ file: z.string(), line: z.int(), text: z.string() })).default([]),
})

export interface ExecOptions {
  readonly reasonIn?: ReasonIn | undefined
  /** Seconds after which it is ended. Default: 1800. */
  readonly seconds?: number | undefined
  /** Directory with files that the tool must not change. Default: none. */
  readonly unchanged?: string
  /** Its npm package, to read the installed version of. Default: none. */
  readonly package?: string | undefined
  /** Regular expression of the comments that switch it off. Default: none are looked for. */
  readonly comments?: string | undefined
}

/**
 * Runs a tool in a Node container under run-tool.ts: exit codes that are no judgement fail the exec, so that it is not
 * cached and runs again on the next call.
 */
export async function execTool(
  container: Container,
  command: readonly string[],
  judged: readonly number[],
  { reasonIn, seconds = toolTimeout, unchanged, package: installed, comments }: ExecOptions = {},
): Promise<{ readonly done: Container; readonly outcome: ToolOutcome }> {
  const options = [judged.join(","), String(seconds), outDirectory]
  const compared = unchanged === undefined ? [] : [`--unchanged=${unchanged}`]
  const named = installed === undefined ? [] : [`--package=${installed}`]
  const silencing = comments === undefined ? [] : [`--comments=${comments}`]
  const args = ["node", runTool, ...options, ...compared, ...named, ...silencing, "--", ...command]
  const done = container
    .withFile(runTool, program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/find-comments.ts", program("src/gates/engine/find-comments.ts"))
    .withExec(args)
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
    const result = present.has("run.json") ? await out.file("run.json").contents() : '{"exitCode":0}'
    const { version, ...ran } = readJson("run-tool.ts", result, runResult)
    return { finished: true, ...ran, ...(version === undefined ? {} : { version }), files, out }
  } catch (thrown) {
    const why = whyFailed(thrown, reasonIn)
    const ended = endOf(thrown, why)
    return { finished: false, why, ...(ended === undefined ? {} : { ended }) }
  }
}

/** run-tool.ts says how the command ended before it repeats its last lines: of many, `why` has only the last. */
function endOf(thrown: unknown, why: string): Unfinished["ended"] {
  const stderr = thrown instanceof ExecError ? thrown.stderr : ""
  const [line, how] =
    /^.* ((?:ended with exit code|was ended by|did not end within|could not be started) .*)$/m.exec(stderr) ??
    []
  if (line === undefined || how === undefined) return undefined
  const said = why.split("\n").filter((one) => one !== line && one.trim() !== "")
  return { how, said: said.length === 0 ? "" : `: ${said.join(" | ")}` }
}
