import { type Container, dag, ExecError } from "@dagger.io/dagger"
import { asSignalboxError, ExitCode, SignalboxError } from "../domain/index.ts"

/** How a call ends: what it prints, and with which exit code. */
export interface Outcome {
  readonly exitCode: ExitCode
  readonly stdout: string
  readonly stderr?: string
}

/** A constant script: text and code are data. */
const endScript = `cat /outcome/stdout
cat /outcome/stderr >&2
exit "$1"
`

/** Thrown where a program of ours has already said how the call ends: its own words and exit code are the answer. */
export class Ended extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.stderr ?? outcome.stdout)
    this.name = "Ended"
    this.outcome = outcome
  }
}

/** The outcome of a body, also of one that throws. */
export async function settle(body: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await body()
  } catch (thrown) {
    if (thrown instanceof Ended) return thrown.outcome
    const error = readable(thrown)
    return { exitCode: error.exitCode, stdout: "", stderr: `${error.message}\n` }
  }
}

/** The engine looks for a secret where it is used first, and says so in these words. */
const missingSecret = /secret env var not found|failed to read secret file/

/** What the engine throws says little by itself: a failed exec's own last words are what a person needs. */
function readable(thrown: unknown): SignalboxError {
  if (thrown instanceof ExecError) {
    const words = `${thrown.stdout}\n${thrown.stderr}`.trim().split("\n").slice(-8).join("\n         ")
    const what = `${thrown.cmd.slice(0, 3).join(" ")} ended with ${thrown.exitCode}`
    return new SignalboxError(
      "TOOL_FAILED",
      { what, ...(words === "" ? {} : { why: words }) },
      { cause: thrown },
    )
  }
  const error = asSignalboxError(thrown)
  const what = error.detail.what.replace(/\s*\[traceparent:[^\]]*\]/g, "")
  if (missingSecret.test(what))
    return new SignalboxError(
      "SECRET_MISSING",
      {
        what: "a secret that the call names is not there",
        why: what,
        next: "set the variable, or correct the name: env://NAME or file://PATH",
      },
      { cause: thrown },
    )
  return new SignalboxError(error.code, { ...error.detail, what }, { cause: thrown })
}

/**
 * Ends a call with our exit code. The CLI keeps the code of a failed exec and turns every other error into 1, so a
 * failure ends through a last exec; where not even that can start, the error's text reaches the CLI.
 */
export async function conclude(shell: () => Promise<Container>, outcome: Outcome): Promise<string> {
  if (outcome.exitCode === ExitCode.pass) return outcome.stdout
  const container = await shell().catch((cause: unknown) => {
    throw new Error(
      `${outcome.stderr ?? outcome.stdout}\n(exit code ${outcome.exitCode} could not be given: ${String(cause)})`,
    )
  })
  const texts = dag
    .directory()
    .withNewFile("stdout", outcome.stdout)
    .withNewFile("stderr", outcome.stderr ?? "")
    .withNewFile("end.sh", endScript)
  return container
    .withMountedDirectory("/outcome", texts)
    .withExec(["sh", "/outcome/end.sh", String(outcome.exitCode)])
    .stdout()
}

/** The value of a body; a failure ends the call as `conclude` does. */
export async function attempt<T>(shell: () => Promise<Container>, body: () => Promise<T>): Promise<T> {
  let value: T | undefined
  const outcome = await settle(async () => {
    value = await body()
    return { exitCode: ExitCode.pass, stdout: "" }
  })
  if (outcome.exitCode !== ExitCode.pass || value === undefined) await conclude(shell, outcome)
  return value as T
}
