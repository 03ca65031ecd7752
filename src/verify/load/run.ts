import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { assertWhole, type ProcessResult, type ProcessRunner } from "../process.ts"
import { figuresOf, judgeLoad, type LoadReport } from "./judge.ts"
import { k6Main, k6Options, type Objectives } from "./options.ts"
import { gracefulStopSeconds, type LoadPlan } from "./profiles.ts"
import { SampleReader } from "./samples.ts"

export interface LoadRun {
  readonly plan: LoadPlan
  readonly objectives: Objectives
  /** Text of the user's k6 script. */
  readonly script: string
  /** Base URL, passed to the script as `__ENV.BASE_URL`. */
  readonly baseUrl: string
  readonly version: string
  /** Directory that the tests' user may read, for the scripts; not stored with the evidence. */
  readonly work: string
  /** Directory for `k6.log`; k6 itself has no access to it. */
  readonly out: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Takes secrets out of what the script printed, before it is stored or quoted; null: it must not be stored. */
  readonly hide: (text: string) => string | null
  /** Certificates of all authorities that k6 accepts, PEM. Default: those of its system. */
  readonly authorities?: string | undefined
}

/**
 * Runs a load with k6, as the tests' user, and judges it by every answer that k6 received: the script's own verdicts,
 * options and thresholds are ignored; only its `checks` count.
 * @throws TOOL_FAILED when k6 itself failed: a script that does not load, a set-up that throws, a time limit;
 * OUTPUT_UNREADABLE when its samples cannot be read, or the script has added some.
 */
export async function runLoad(processes: ProcessRunner, run: LoadRun): Promise<LoadReport> {
  const main = join(run.work, "signalbox-load.js")
  await put(join(run.work, "load.js"), run.script)
  await put(main, k6Main("./load.js", k6Options(run.plan)))
  const authorities = join(run.work, "authorities.pem")
  if (run.authorities !== undefined) await put(authorities, run.authorities)
  const samples = new SampleReader()
  const result = await processes.run("k6", k6Arguments(main), {
    as: "tests",
    cwd: run.work,
    env: {
      BASE_URL: run.baseUrl,
      VERSION: run.version,
      PROFILE: run.plan.profile,
      K6_NO_USAGE_REPORT: "true",
      // Otherwise a script could make k6 download and run another k6 with extensions.
      K6_AUTO_EXTENSION_RESOLUTION: "false",
      ...(run.authorities === undefined ? {} : { SSL_CERT_FILE: authorities }),
    },
    timeoutMs: run.timeoutMs,
    onStdout: (chunk) => samples.take(chunk),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  })
  const beginning = result.truncated ? "(what came before this was too much, and is left out)\n" : ""
  // Half a line may be half a secret, which nobody would know as one any more.
  const lines = result.truncated ? result.stderr.replace(/^[^\n]*\n?/, "") : result.stderr
  const log = run.hide(lines)
  if (log !== null) await writeFile(join(run.out, "k6.log"), beginning + log)
  const words = log ?? ""
  if (result.code !== 0) throw toolFailed({ ...result, stderr: words }, run)
  // Script errors are counted in stderr, which a script can flood with its own output.
  assertWhole(result, "k6", "k6.log")
  if (result.stderr.includes("Sample couldn't be marshalled"))
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "k6 could not write down all requests that it made",
      next: "see k6.log in the operation's evidence, then run the load again",
    })
  const figures = figuresOf(samples.end(), run.objectives.expectedStatuses)
  const thrown = scriptErrors(result.stderr, words)
  const report = judgeLoad(run.plan, run.objectives, figures, thrown === null ? [] : [thrown])
  if (thrown === null && failedOnlyForNoCheck(report, run.objectives)) throw noCheck()
  return report
}

/** Every request went well, and nobody looked at an answer: that is the script's defect, and says nothing of a release. */
function failedOnlyForNoCheck({ verdict, figures, breaches }: LoadReport, objectives: Objectives): boolean {
  const { checks, checkRate } = figures
  return verdict === "fail" && checks === 0 && breaches.length === 1 && checkRate < objectives.availability
}

function noCheck(): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: "the load script checks no answer",
    where: "load.js, as the release has it",
    why: "none of its check() calls was made, and objectives.availability is the share of checks that hold",
    next: "check answers in it, for example check(response, { ok: (r) => r.status === 200 })",
  })
}

/** Without a summary, which functions of the script would write. Samples go to stdout, the script's output to stderr. */
function k6Arguments(main: string): readonly string[] {
  const quiet = ["--quiet", "--no-color", "--no-usage-report", "--summary-mode=disabled"]
  return ["run", ...quiet, "--address", "", "--out", "json", main]
}

async function put(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await chmod(path, 0o644)
}

/** The errors that iterations threw: k6 only logs them, and exits with 0. @param shown what may be quoted of them. */
export function scriptErrors(stderr: string, shown = stderr): string | null {
  const thrown = (text: string) =>
    text.split("\n").filter((line) => line.includes("level=error") && line.includes("source=stacktrace"))
  const lines = thrown(stderr)
  const first = /msg="((?:[^"\\]|\\.)*)"/.exec(thrown(shown)[0] ?? "")?.[1]?.split("\\n")[0]
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

/** The last error in the log, else its last line; k6's warnings are skipped. */
function errorLine(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.includes("level=warning"))
  return lines.findLast((line) => line.includes("level=error")) ?? lines.at(-1)
}

function whyWithoutWords(code: number | null): string {
  return code === null ? "somebody killed it, or there was not enough memory" : "it printed nothing"
}
