import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { assertWhole, type ProcessResult, type ProcessRunner } from "../process.ts"
import { figuresOf, judgeLoad, type LoadReport } from "./judge.ts"
import { gracefulStopSeconds, k6Main, k6Options, type Objectives } from "./options.ts"
import type { LoadPlan } from "./profiles.ts"
import { SampleReader } from "./samples.ts"

export interface LoadRun {
  readonly plan: LoadPlan
  readonly objectives: Objectives
  /** Text of the user's k6 script. */
  readonly script: string
  /** Base address that the script finds in `__ENV.BASE_URL`. */
  readonly baseUrl: string
  readonly version: string
  /** Directory that the tests' user may read, for the scripts; not kept. */
  readonly work: string
  /** Directory for `k6.log`; k6 itself has nothing to do with it. */
  readonly out: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Runs a load with k6, as the tests' user, and judges it by every answer that k6 got: what the script thinks of one, its
 * options and its thresholds decide nothing. Only `checks` are the script's own.
 * @throws TOOL_FAILED when k6 itself failed: a script that does not load, a set-up that throws, a time limit;
 * OUTPUT_UNREADABLE when what it measured cannot be read, or the script has written into it.
 */
export async function runLoad(processes: ProcessRunner, run: LoadRun): Promise<LoadReport> {
  const main = join(run.work, "signalbox-load.js")
  await put(join(run.work, "load.js"), run.script)
  await put(main, k6Main("./load.js", k6Options(run.plan)))
  const samples = new SampleReader()
  const result = await processes.run("k6", k6Arguments(main), {
    as: "tests",
    cwd: run.work,
    env: {
      BASE_URL: run.baseUrl,
      VERSION: run.version,
      PROFILE: run.plan.profile,
      K6_NO_USAGE_REPORT: "true",
      // Else a script could have k6 fetch another k6 and become that.
      K6_AUTO_EXTENSION_RESOLUTION: "false",
    },
    timeoutMs: run.timeoutMs,
    onStdout: (chunk) => samples.take(chunk),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  })
  const beginning = result.truncated ? "(what came before this was too much, and is left out)\n" : ""
  await writeFile(join(run.out, "k6.log"), beginning + result.stderr)
  if (result.code !== 0) throw toolFailed(result, run)
  // The script's errors are counted in it, and a script can print as much as it likes.
  assertWhole(result, "k6", "k6.log")
  if (result.stderr.includes("Sample couldn't be marshalled"))
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "k6 could not write down all requests that it made",
      next: "see k6.log in the operation's evidence, then run the load again",
    })
  const figures = figuresOf(samples.end(), run.objectives.expectedStatuses)
  const thrown = scriptErrors(result.stderr)
  return judgeLoad(run.plan, run.objectives, figures, thrown === null ? [] : [thrown])
}

/** Without a summary: it would be made by the script's own functions. Samples go to stdout, what it prints to stderr. */
function k6Arguments(main: string): readonly string[] {
  const quiet = ["--quiet", "--no-color", "--no-usage-report", "--summary-mode=disabled"]
  return ["run", ...quiet, "--address", "", "--out", "json", main]
}

async function put(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await chmod(path, 0o644)
}

/** k6 ends with 0 although iterations threw: it only logs them. */
export function scriptErrors(stderr: string): string | null {
  const lines = stderr
    .split("\n")
    .filter((line) => line.includes("level=error") && line.includes("source=stacktrace"))
  const first = /msg="((?:[^"\\]|\\.)*)"/.exec(lines[0] ?? "")?.[1]?.split("\\n")[0]
  return lines.length === 0 ? null : `the script threw ${lines.length} times: ${first ?? "see k6.log"}`
}

function toolFailed(result: ProcessResult, { plan, timeoutMs }: LoadRun): SignalboxError {
  const log = "see k6.log in the operation's evidence"
  if (result.timedOut)
    return new SignalboxError("TOOL_FAILED", {
      what: `k6 was ended at its time limit of ${timeoutMs / 1000} s`,
      why: `profile ${plan.profile} asks for ${plan.durationSeconds} s of load, its last iterations get ${gracefulStopSeconds} s more, then come the script's teardown and k6's end`,
      next: `raise timeouts.load of the environment, or shorten the load (load.scale); ${log}`,
    })
  return new SignalboxError("TOOL_FAILED", {
    what: result.code === null ? "k6 was ended by a signal" : `k6 failed (exit ${result.code})`,
    why: (errorLine(result.stderr) ?? whyWithoutWords(result.code)).slice(0, 400),
    next: `run the script with k6 by hand, or ${log}`,
  })
}

/** The last line that says an error; a warning of k6's is no reason. */
function errorLine(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.includes("level=warning"))
  return lines.findLast((line) => line.includes("level=error")) ?? lines.at(-1)
}

function whyWithoutWords(code: number | null): string {
  return code === null ? "somebody killed it, or there was not enough memory" : "it said nothing"
}
