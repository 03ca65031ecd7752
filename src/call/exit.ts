import { ExecError } from "@dagger.io/dagger"
import { ExitCode, type SignalboxError, withoutOrders } from "../domain/index.ts"
import { explainThrown } from "./explain.ts"

/** How a call ends: what it prints, and with which exit code. */
export interface Outcome {
  readonly exitCode: ExitCode
  readonly stdout: string
  readonly stderr?: string
}

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

/**
 * Ends a call with our exit code. The CLI passes on the exit code of a failed exec and turns every other error into 1: a
 * failure throws what such an exec would have been. None is run: its image would be one that the toolbox names, which a
 * tree under judgement can have chosen, and which cannot be pulled without a network.
 */
export function conclude({ exitCode, stdout, stderr = "" }: Outcome): string {
  // What clusters, registries and programs say is in it: no terminal and no CI takes orders from them.
  const texts = { stdout: withoutOrders(stdout), stderr: withoutOrders(stderr) }
  if (exitCode === ExitCode.pass) return texts.stdout
  throw failedExec({ exitCode, ...texts })
}

/**
 * The error of an exec that ends with a code. The SDK passes its details on, and the CLI takes the exit code from them. The
 * whole output is in the message, which every CLI prints, and in no detail: those it prints beside it on some terminals only.
 */
function failedExec({ exitCode, stdout, stderr = "" }: Outcome): ExecError {
  const parts = Object.entries({ Stdout: stdout, Stderr: stderr }).filter(([, text]) => text.trim() !== "")
  const texts = parts.flatMap(([name, text]) => [`${name}:`, text.trim()])
  return new ExecError([`exit code: ${exitCode}`, ...texts].join("\n"), {
    ...{ cmd: [], exitCode, stdout, stderr },
    extensions: { _type: "EXEC_ERROR", exitCode },
  })
}

/** The value of a body; a failure ends the call as `conclude` does. */
export async function attempt<T>(body: () => Promise<T>): Promise<T> {
  let value: T | undefined
  const outcome = await settle(async () => {
    value = await body()
    return { exitCode: ExitCode.pass, stdout: "" }
  })
  if (outcome.exitCode !== ExitCode.pass || value === undefined) conclude(outcome)
  return value as T
}
