import { type Container, dag, ExecError } from "@dagger.io/dagger"
import { ExitCode, oneLine, type SignalboxError, withoutOrders } from "../domain/index.ts"
import { explainThrown } from "./explain.ts"

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

/** A container with a shell, in which a failed call ends; undefined where the call has none. */
export type EndShell = (() => Promise<Container>) | undefined

/**
 * Ends a call with our exit code. The CLI passes on the exit code of a failed exec and turns every other error into 1, so
 * a failure runs one last exec that ends with the code. Where that cannot start, because its image cannot be pulled or the
 * call has no toolbox, the call throws what such an exec would have been: no failure of the engine's hides the call's own.
 */
export async function conclude(shell: EndShell, { exitCode, ...texts }: Outcome): Promise<string> {
  // What clusters, registries and programs say is in it: no terminal and no CI takes orders from them.
  const stdout = withoutOrders(texts.stdout)
  if (exitCode === ExitCode.pass) return stdout
  const stderr = withoutOrders(texts.stderr ?? "")
  if (shell === undefined) throw failedExec({ exitCode, stdout, stderr })
  const files = dag
    .directory()
    .withNewFile("stdout", stdout)
    .withNewFile("stderr", stderr)
    .withNewFile("end.sh", endScript)
  try {
    return await (await shell())
      .withMountedDirectory("/outcome", files)
      .withExec(["sh", "/outcome/end.sh", String(exitCode)])
      .stdout()
  } catch (thrown) {
    if (thrown instanceof ExecError && thrown.exitCode === exitCode) throw thrown
    const { what, why } = explainThrown(thrown).detail
    const note = `note: the toolbox's Node image, which passes the exit code on, could not be started: ${oneLine(why ?? what)}`
    throw failedExec({ exitCode, stdout, stderr: `${stderr.trimEnd()}\n${withoutOrders(note)}\n` })
  }
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
export async function attempt<T>(shell: EndShell, body: () => Promise<T>): Promise<T> {
  let value: T | undefined
  const outcome = await settle(async () => {
    value = await body()
    return { exitCode: ExitCode.pass, stdout: "" }
  })
  if (outcome.exitCode !== ExitCode.pass || value === undefined) await conclude(shell, outcome)
  return value as T
}
