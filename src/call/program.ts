import { type Container, type Directory, dag, ReturnType } from "@dagger.io/dagger"
import { ExitCode, errorFile, errorOfProgram, SignalboxError } from "../domain/index.ts"
import { effect } from "../toolbox/index.ts"
import { parseJson, readJson, type Schema } from "./json.ts"
import type { Session } from "./session.ts"

/** One of our programs, and what it is started with. */
export interface Program {
  /** As errors call it: `the driver`. */
  readonly name: string
  /** What it works on, for errors. */
  readonly where: string
  /** What a person does where it died. */
  readonly next: string
  /** Holds the program and what it reads. */
  readonly container: Container
  /** Path of the program and its arguments; `--out` is added. */
  readonly command: readonly string[]
  /** Directory that it writes to: error.json, its answer, what is kept. Default `/out`. */
  readonly out?: string
}

/** What a program left behind, whichever way it ended. */
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
  /** For people: its own words, or that it died and its last ones. */
  readonly stderr: string
  /** Why the exit code is not 0; null where it is. */
  readonly error: SignalboxError | null
}

export interface ProgramRun extends ProgramEnd {
  readonly out: Directory
}

/** So much of what a program said is shown where it died: the end of a crash is a stack, what crashed stands before it. */
const lastLines = 25

/** Runs a program of ours, freshly on every call. That it fails is an outcome. */
export async function runProgram(session: Session, program: Program): Promise<ProgramRun> {
  const { container, command, out = "/out" } = program
  const line = ["node", ...command, "--out", out]
  const done = await effect(container.withDirectory(out, dag.directory()), session.nonce)
    .withExec(line, { expect: ReturnType.Any })
    .sync()
  const files = done.directory(out)
  const [exitCode, stdout, stderr] = await Promise.all([done.exitCode(), done.stdout(), done.stderr()])
  const wrote = exitCode !== 0 && (await files.entries()).includes(errorFile)
  const error = wrote ? await files.file(errorFile).contents() : null
  return { ...(await endOf(program, exitCode, { stdout, stderr, error })), out: files }
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
 * How a program ended. An exit code that its error.json does not explain is that of a program which was killed, ran out
 * of memory or broke down: it says nothing about what the program judges, and must not be taken for a verdict.
 */
export async function endOf(
  program: Pick<Program, "name" | "where" | "next">,
  exitCode: number,
  { stdout, stderr, error }: ProgramOutput,
): Promise<ProgramEnd> {
  if (exitCode === 0) return { exitCode: ExitCode.pass, stdout, stderr, error: null }
  const told = error === null ? null : await readError(error)
  if (told?.exitCode === exitCode) return { exitCode: told.exitCode, stdout, stderr, error: told }
  const death = died(program, exitCode, stderr.trim() === "" ? stdout : stderr)
  return { exitCode: death.exitCode, stdout, stderr: `${death.message}\n`, error: death }
}

/** Null for what is none: then the program's last words have to do. */
async function readError(text: string): Promise<SignalboxError | null> {
  const { programErrorSchema } = await import("./program-error.ts")
  try {
    return errorOfProgram(parseJson(text, programErrorSchema, errorFile))
  } catch (unreadable) {
    if (unreadable instanceof SignalboxError) return null
    throw unreadable
  }
}

function died(
  { name, where, next }: Pick<Program, "name" | "where" | "next">,
  exitCode: number,
  said: string,
): SignalboxError {
  const signal = exitCode > 128 ? `it was ended by signal ${exitCode - 128}` : `it ended with ${exitCode}`
  const why = exitCode === 137 ? `${signal}: somebody killed it, or there was not enough memory` : signal
  const words = said.trim() === "" ? [] : ["its last words:", ...said.trim().split("\n").slice(-lastLines)]
  return new SignalboxError("TOOL_FAILED", {
    what: `${name} died before it could say how it ended`,
    where,
    why: [why, ...words].join("\n         "),
    next,
  })
}
