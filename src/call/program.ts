import { type Container, type Directory, dag, ReturnType } from "@dagger.io/dagger"
import { ExitCode, errorFile, errorOfProgram, SignalboxError } from "../domain/index.ts"
import { effect } from "../toolbox/index.ts"
import { parseJson, readJson, type Schema } from "./json.ts"
import type { Session } from "./session.ts"

/** One of our programs, and how it is started. */
export interface Program {
  /** Its name in errors: `the driver`. */
  readonly name: string
  /** What it works on: `where` of an error. */
  readonly where: string
  /** What to do when it crashed: `next` of an error. */
  readonly next: string
  /** Contains the program and its input. */
  readonly container: Container
  /** Path of the program and its arguments; `--out` is added. */
  readonly command: readonly string[]
  /** Directory that it writes to: answer.json or error.json, and its evidence. Default `/out`. */
  readonly out?: string
}

/** A program's output, whether it succeeded or failed. */
export interface ProgramOutput {
  readonly stdout: string
  readonly stderr: string
  /** Text of its error.json; null where it wrote none. */
  readonly error: string | null
}

/** How a program ended. */
export interface ProgramEnd {
  readonly exitCode: ExitCode
  readonly stdout: string
  /** For people: what it printed, or that it crashed, with the last lines. */
  readonly stderr: string
  /** The error behind a non-zero exit code; null for 0. */
  readonly error: SignalboxError | null
}

export interface ProgramRun extends ProgramEnd {
  readonly out: Directory
}

/** Lines of output that are shown after a crash: enough to reach past the stack trace to the message before it. */
const lastLines = 25

/** Runs a program of ours on every call. A failure is returned, not thrown. */
export async function runProgram(session: Session, program: Program): Promise<ProgramRun> {
  const { container, command, out = "/out" } = program
  const line = ["node", ...command, "--out", out]
  const done = await effect(container.withDirectory(out, dag.directory()), session.nonce)
    .withExec(line, { expect: ReturnType.Any })
    .sync()
  const files = done.directory(out)
  const [exitCode, stdout, stderr] = await Promise.all([done.exitCode(), done.stdout(), done.stderr()])
  const hasErrorFile = exitCode !== 0 && (await files.entries()).includes(errorFile)
  const error = hasErrorFile ? await files.file(errorFile).contents() : null
  return { ...(await interpretExit(program, exitCode, { stdout, stderr, error })), out: files }
}

/** Runs a program that answers with `answer.json`. @throws the program's own error */
export async function askProgram<T>(
  session: Session,
  program: Program,
  answer: Schema<T>,
): Promise<{ readonly answer: T; readonly out: Directory }> {
  const { error, out } = await runProgram(session, program)
  if (error !== null) throw error
  return { answer: await readJson(out, "answer.json", answer, `answer.json of ${program.name}`), out }
}

/**
 * How a program ended. An exit code without a matching error.json means that the program was killed, ran out of memory or
 * crashed: it is reported as TOOL_FAILED and never taken for a verdict.
 */
export async function interpretExit(
  program: Pick<Program, "name" | "where" | "next">,
  exitCode: number,
  { stdout, stderr, error }: ProgramOutput,
): Promise<ProgramEnd> {
  if (exitCode === 0) return { exitCode: ExitCode.pass, stdout, stderr, error: null }
  const reported = error === null ? null : await readError(error)
  if (reported?.exitCode === exitCode) return { exitCode: reported.exitCode, stdout, stderr, error: reported }
  const crash = crashError(program, exitCode, stderr.trim() === "" ? stdout : stderr)
  return { exitCode: crash.exitCode, stdout, stderr: `${crash.message}\n`, error: crash }
}

/** Null for an invalid error.json: the program's last lines are reported instead. */
async function readError(text: string): Promise<SignalboxError | null> {
  const { programErrorSchema } = await import("./program-error.ts")
  try {
    return errorOfProgram(parseJson(text, programErrorSchema, errorFile))
  } catch (unreadable) {
    if (unreadable instanceof SignalboxError) return null
    throw unreadable
  }
}

function crashError(
  { name, where, next }: Pick<Program, "name" | "where" | "next">,
  exitCode: number,
  output: string,
): SignalboxError {
  const ending = exitCode > 128 ? `it was ended by signal ${exitCode - 128}` : `it ended with ${exitCode}`
  const why = exitCode === 137 ? `${ending}: it was killed, or ran out of memory` : ending
  const shown =
    output.trim() === "" ? [] : ["its last output:", ...output.trim().split("\n").slice(-lastLines)]
  return new SignalboxError("TOOL_FAILED", {
    what: `${name} crashed before it reported a result`,
    where,
    why: [why, ...shown].join("\n         "),
    next,
  })
}
