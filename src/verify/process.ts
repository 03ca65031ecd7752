import { SignalboxError } from "../domain/index.ts"

/** Bytes that are kept of stdout, and as many of stderr: the last ones. */
export const outputLimit = 16 * 1024 * 1024

/** A program that ran to its end. */
export interface ProcessResult {
  /** Exit code; null when it was ended by a signal or its time limit. */
  readonly code: number | null
  /** Empty where `onStdout` took it. */
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  /** It wrote more than is kept. Its last words are there; whoever parses or counts asks `assertWhole`. */
  readonly truncated: boolean
}

/**
 * For whoever parses what a program wrote, or counts in it: what is lost would be taken for what was never there.
 * @param where the output is to be seen; default: with the program.
 * @throws OUTPUT_UNREADABLE
 */
export function assertWhole({ truncated }: ProcessResult, program: string, where = program): void {
  if (!truncated) return
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: `not all that ${program} wrote was kept, so that nothing can be concluded from it`,
    where,
    why: `it wrote more than ${outputLimit / 1024 / 1024} MiB, of which the last are kept`,
    next: "find out what it writes so much of, and make that less; then call again",
  })
}

/**
 * Whose rights a program gets. `driver`: our own tools, with the cluster's credential. `tests`: whatever the tree under
 * test brings runs as a user who may read its own scripts, and nothing that the driver holds.
 */
export type RunAs = "driver" | "tests"

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to the little environment that every child gets. */
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
  /** @throws TOOL_FAILED when it cannot be started, also where it cannot be started as the user that is asked for. */
  run(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult>
}
