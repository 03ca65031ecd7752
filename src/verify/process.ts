/** A program that ran to its end. */
export interface ProcessResult {
  /** Exit code; null when it was ended by a signal or its time limit. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to the little environment that every child gets. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number
  /** Kills it when it aborts; the run then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Runs programs by argument array, never through a shell. */
export interface ProcessRunner {
  run(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult>
}
