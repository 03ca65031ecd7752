import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { ProcessResult, ProcessRunner } from "../process.ts"
import { k6Main, k6Options, type Objectives } from "./options.ts"
import type { LoadPlan } from "./profiles.ts"
import { judgeLoad, type LoadReport, readSummary } from "./summary.ts"

/** k6 ends with this code when thresholds were crossed; any other but 0 means that it could not judge. */
const thresholdsCrossed = 99

export interface LoadRun {
  readonly plan: LoadPlan
  readonly objectives: Objectives
  /** Absolute path of the user's k6 script. */
  readonly script: string
  /** Base address that the script finds in `__ENV.BASE_URL`. */
  readonly baseUrl: string
  readonly version: string
  /** Directory for the generated script; not kept. */
  readonly work: string
  /** Directory for `k6-summary.json`. */
  readonly out: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Runs a load with k6 and judges it.
 * @throws TOOL_FAILED when k6 itself failed: a script that does not load, a set-up that throws, a time limit;
 * OUTPUT_UNREADABLE when it left no summary, or one that cannot be judged.
 */
export async function runLoad(processes: ProcessRunner, run: LoadRun): Promise<LoadReport> {
  const summaryFile = join(run.out, "k6-summary.json")
  const main = join(run.work, "signalbox-load.js")
  await writeFile(main, k6Main(run.script, k6Options(run.plan, run.objectives), summaryFile))
  const args = ["run", "--quiet", "--no-color", "--no-usage-report", "--address", "", main]
  const result = await processes.run("k6", args, {
    cwd: run.work,
    env: {
      BASE_URL: run.baseUrl,
      VERSION: run.version,
      PROFILE: run.plan.profile,
      K6_NO_USAGE_REPORT: "true",
    },
    timeoutMs: run.timeoutMs,
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  })
  await writeFile(join(run.out, "k6.log"), result.stderr + result.stdout)
  if (result.code !== 0 && result.code !== thresholdsCrossed) throw toolFailed(result)
  const read = readSummary(await summaryText(summaryFile))
  const thrown = scriptErrors(result.stderr)
  const breaches = thrown === null ? read.breaches : [...read.breaches, thrown]
  if (result.code === thresholdsCrossed && read.breaches.length === 0)
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "k6 says that thresholds were crossed, its summary names none",
    })
  return judgeLoad(run.plan, run.objectives, { figures: read.figures, breaches })
}

async function summaryText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8")
  } catch (cause) {
    throw new SignalboxError(
      "OUTPUT_UNREADABLE",
      {
        what: "k6 left no summary",
        where: file,
        why: cause instanceof Error ? cause.message : String(cause),
        next: "see k6.log in the operation's evidence, then run the load again",
      },
      { cause },
    )
  }
}

/** k6 ends with 0 although iterations threw: it only logs them. */
export function scriptErrors(stderr: string): string | null {
  const lines = stderr
    .split("\n")
    .filter((line) => line.includes("level=error") && line.includes("source=stacktrace"))
  const first = /msg="((?:[^"\\]|\\.)*)"/.exec(lines[0] ?? "")?.[1]?.split("\\n")[0]
  return lines.length === 0 ? null : `the script threw ${lines.length} times: ${first ?? "see k6.log"}`
}

function toolFailed(result: ProcessResult): SignalboxError {
  const line =
    result.stderr.split("\n").findLast((one) => one.includes("level=error")) ??
    result.stderr.trim().slice(-300)
  return new SignalboxError("TOOL_FAILED", {
    what: result.timedOut ? "k6 did not end in its time" : `k6 failed (exit ${result.code ?? "by signal"})`,
    why: line.slice(0, 400),
    next: "run the script with k6 by hand, or see k6.log in the operation's evidence",
  })
}
