/** Exit codes of the toolchain's commands; the same numbers mean the same in the release pipeline. */
export const exitCode = { failed: 1, unreachable: 11, usage: 13, locked: 14 } as const

/** An error with a stable code, what happened, and what to do about it. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError"
  readonly code: string
  readonly help: string
  readonly exit: number

  constructor(code: string, message: string, help: string, exit: number = exitCode.failed) {
    super(message)
    this.code = code
    this.help = help
    this.exit = exit
  }
}

/** A child process that could not start, or ended with anything but 0. */
export class CommandError extends Error {
  override readonly name = "CommandError"
  readonly command: string
  /** Exit status, or null when a signal ended it or it never started. */
  readonly status: number | null
  /** Everything it wrote to standard error, shortened to its last 4 KiB. */
  readonly stderr: string

  constructor(command: string, status: number | null, reason: string, stderr: string) {
    super(`${command}: ${reason}`)
    this.command = command
    this.status = status
    this.stderr = stderr
  }
}

/** A step that failed, with the end of its log. */
export class StepError extends Error {
  override readonly name = "StepError"
  readonly step: string
  readonly log: string
  readonly lastLines: readonly string[]

  constructor(step: string, log: string, lastLines: readonly string[], cause: unknown) {
    super(`step ${step} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.step = step
    this.log = log
    this.lastLines = lastLines
  }
}
