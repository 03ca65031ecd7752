import { exitCode, StepError, ToolchainError } from "../steps/index.ts"

/** Patterns that identify the cause in the text of a failure, the most specific first. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device/i,
    "The disk is full: make room (21 GB are needed to build, 10 afterwards), then run this again.",
  ],
  [
    /signal: killed|out of memory|cannot allocate memory/i,
    "Memory ran out: end other programs, then run this again.",
  ],
  [
    /403 forbidden|404 not found|no such host|connection refused|i\/o timeout|ECONNREFUSED|ENOTFOUND|unable to fetch|failed to fetch/i,
    "A package registry did not serve what is needed: check GOPROXY, the npm registry and the sources of apt.",
  ],
  [
    /checksum mismatch|integrity/i,
    "What a registry served is not what was recorded: do not use it, ask its owner.",
  ],
  [/is not installed/i, "Install that command, then run this again."],
]

/** Writes what failed, where to read more and what to do. @returns the exit code */
export function explain(error: unknown, write: (text: string) => void): number {
  if (error instanceof ToolchainError) {
    write(`✗ ${error.message} [${error.code}]\n  ${error.help}\n`)
    return error.exit
  }
  if (error instanceof StepError) {
    const lines = error.lastLines.map((line) => `  │ ${line}\n`).join("")
    const help = causes.find(([pattern]) => pattern.test(`${error.message}\n${lines}`))?.[1]
    write(`✗ ${error.message}\n  The end of ${error.log}:\n${lines}`)
    write(`  ${help ?? "Fix the cause, then run this again: finished steps are kept."}\n`)
    return exitCode.failed
  }
  write(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exitCode.failed
}
