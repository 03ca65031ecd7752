import { SignalboxError } from "../domain/index.ts"

/** Bytes that are stored of stdout, and as many of stderr: the last ones. */
export const outputLimit = 16 * 1024 * 1024

/** A program that ran to its end. */
export interface ProcessResult {
  /** Exit code; null when it was ended by a signal or its time limit. */
  readonly code: number | null
  /** Empty where `onStdout` received it. */
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  /** It wrote more than is stored: only the end is here. A caller that parses or counts calls `assertWhole` first. */
  readonly truncated: boolean
}

/**
 * For a caller that parses the output of a program, or counts in it: dropped output would count as never written.
 * @param where the output can be read. Default: the program's name.
 * @throws OUTPUT_UNREADABLE
 */
export function assertWhole({ truncated }: ProcessResult, program: string, where = program): void {
  if (!truncated) return
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: `the output of ${program} is incomplete, so it cannot be judged`,
    where,
    why: `it wrote more than ${outputLimit / 1024 / 1024} MiB, of which only the end is stored`,
    next: "find out what it writes so much of, and make that less; then call again",
  })
}

/**
 * The user that a program runs as. `driver`: our own tools, with the cluster's credential. `tests`: scripts of the tree
 * under test run as a user who may read those scripts, and no file of the driver.
 */
export type RunAs = "driver" | "tests"

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to the minimal environment that every child gets. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number
  /** Kills it when it aborts; the run then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Default `driver`. */
  readonly as?: RunAs
  /** Gets stdout as it comes, however much of it there is; it must not throw. Default: it is collected. */
  readonly onStdout?: (chunk: Buffer) => void
}

/** Runs programs by argument array, never through a shell. */
export interface ProcessRunner {
  /** @throws TOOL_FAILED when it cannot be started, also where it cannot be started as the requested user. */
  run(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult>
}
