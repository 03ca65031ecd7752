import { SignalboxError } from "../domain/errors.ts"

/** A place in a source text, both 1-based. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One error in a configuration file, with all that is needed to fix it without opening the docs. */
export interface Problem extends Position {
  readonly file: string
  /** Where in the document: `components.frontend.port`; empty for the document itself. */
  readonly path: string
  /** What is wrong, in one line without the path. */
  readonly message: string
  /** The offending value as it is in the file, shortened. */
  readonly seen?: string
  /** The values or names that are allowed there. */
  readonly allowed?: readonly string[]
  /** The allowed name that was most likely meant. */
  readonly nearest?: string
}

/** `file:line:column: path: message; allowed: …; did you mean "…"?` */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`
  const head = problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`
  const allowed = problem.allowed?.length ? `; allowed: ${problem.allowed.join(", ")}` : ""
  const meant = problem.nearest === undefined ? "" : `; did you mean ${JSON.stringify(problem.nearest)}?`
  return `${place}: ${head}${allowed}${meant}`
}

/** By file, then from top to bottom. */
export function compareProblems(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/** All problems of a configuration as the one error that ends the call with 13. */
export function configError(problems: readonly Problem[]): SignalboxError {
  const sorted = [...problems].sort(compareProblems)
  const files = [...new Set(sorted.map((problem) => problem.file))]
  const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`
  const first = sorted[0]
  return new SignalboxError("CONFIG_INVALID", {
    what: `${count} in ${files.join(", ")}`,
    ...(first === undefined ? {} : { where: `${first.file}:${first.line}:${first.column}` }),
    why: sorted.map(formatProblem).join("\n         "),
    // Not that nothing was started: a file that only a later part of the call reads is read then.
    next: "correct the lines above, and call again",
    context: { problems: sorted.length },
  })
}

const longest = 80

/** A value from a file for display: one short line without control characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing"
  if (value === null) return "an empty value"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a mapping"
  // Somebody who takes one key for the other must not find the private one in a log.
  if (typeof value === "string" && value.includes("PRIVATE KEY")) return "a private key"
  const text = visible(JSON.stringify(value) ?? String(value))
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}

/** Escapes what JSON leaves alone but terminals and editors interpret: C1 controls, bidi marks, lone surrogates. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}
