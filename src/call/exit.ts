import { type Container, dag, ExecError } from "@dagger.io/dagger"
import { asSignalboxError, ExitCode, SignalboxError, withoutOrders } from "../domain/index.ts"

/** How a call ends: what it prints, and with which exit code. */
export interface Outcome {
  readonly exitCode: ExitCode
  readonly stdout: string
  readonly stderr?: string
}

/** A constant script: the output and the exit code reach it as data, never as shell text. */
const endScript = `cat /outcome/stdout
cat /outcome/stderr >&2
exit "$1"
`

/** Ends the call with an outcome that is already complete: a program's own output and exit code. */
export class CallEnded extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.stderr ?? outcome.stdout)
    this.name = "CallEnded"
    this.outcome = outcome
  }
}

/** The outcome of a body, also of one that throws. */
export async function settle(body: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await body()
  } catch (thrown) {
    return thrown instanceof CallEnded ? thrown.outcome : failed(explainThrown(thrown))
  }
}

/** How a call ends with an error: heading and exit code are those of one code. */
export function failed(error: SignalboxError, stdout = ""): Outcome {
  return { exitCode: error.exitCode, stdout, stderr: `${error.message}\n` }
}

/** What the engine says of a missing secret, which it reads only at its first use. */
const missingSecret = /secret env var not found|failed to read secret file/

/** An ExecError's message names only the command: the last lines of the tool's output explain the failure. */
function explainThrown(thrown: unknown): SignalboxError {
  if (thrown instanceof ExecError) {
    const lastLines = `${thrown.stdout}\n${thrown.stderr}`.trim().split("\n").slice(-8).join("\n         ")
    const what = `${thrown.cmd.slice(0, 3).join(" ")} ended with ${thrown.exitCode}`
    return new SignalboxError(
      "TOOL_FAILED",
      { what, ...(lastLines === "" ? {} : { why: lastLines }) },
      { cause: thrown },
    )
  }
  const error = asSignalboxError(thrown)
  const what = error.detail.what.replace(/\s*\[traceparent:[^\]]*\]/g, "")
  if (missingSecret.test(what))
    return new SignalboxError(
      "SECRET_MISSING",
      {
        what: "a secret that the call names does not exist",
        why: what,
        next: "set the variable, or correct the name: env://NAME or file://PATH",
      },
      { cause: thrown },
    )
  return new SignalboxError(error.code, { ...error.detail, what }, { cause: thrown })
}

/**
 * Ends a call with our exit code. The CLI passes on the exit code of a failed exec and turns every other error into 1, so
 * a failure runs one last exec that ends with the code; where that cannot start, the CLI prints the error and ends with 1.
 */
export async function conclude(shell: () => Promise<Container>, outcome: Outcome): Promise<string> {
  // What clusters, registries and programs say is in it: no terminal and no CI takes orders from them.
  if (outcome.exitCode === ExitCode.pass) return withoutOrders(outcome.stdout)
  const container = await shell().catch((cause: unknown) => {
    throw new Error(
      `${outcome.stderr ?? outcome.stdout}\n(the call should end with exit code ${outcome.exitCode}, but no container could be started for that: ${String(cause)})`,
    )
  })
  const texts = dag
    .directory()
    .withNewFile("stdout", withoutOrders(outcome.stdout))
    .withNewFile("stderr", withoutOrders(outcome.stderr ?? ""))
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
