import type { z } from "zod"
import { nearest } from "../domain/nearest.ts"
import { type Problem, show } from "./problem.ts"
import { allowedKeys, missingDiscriminator } from "./schema-walk.ts"
import type { Path, Source } from "./source.ts"

type Issue = z.core.$ZodIssue

/** zod's issues as problems, with the position in the file and the nearest valid name. */
export function problemsOf(issues: readonly Issue[], source: Source, schema: z.core.$ZodType): Problem[] {
  const undecided = new Map(
    issues.filter((issue) => isMissing(issue, source)).flatMap((issue) => ofNoKind(issue, source, schema)),
  )
  const others = issues.filter(
    (issue) => !isMissing(issue, source) || !undecided.has(formatPath(issue.path.slice(0, -1) as Path)),
  )
  return [...undecided.values(), ...others.flatMap((issue) => problemOf(issue, source, schema, undecided))]
}

function isMissing(issue: Issue, source: Source): boolean {
  return issue.code === "invalid_type" && valueAt(source.value, issue.path as Path) === undefined
}

/**
 * zod reads a mapping without a discriminator as the kind that does not require one. Where a key that this kind
 * requires is missing, its author forgot the discriminator: that is reported, once, instead of the missing keys.
 */
function ofNoKind(issue: Issue, source: Source, schema: z.core.$ZodType): [path: string, problem: Problem][] {
  const path = issue.path.slice(0, -1) as Path
  const missed = missingDiscriminator(schema, source.value, path)
  if (missed === undefined) return []
  const at = [...path, missed.key]
  const here = { file: source.file, path: formatPath(at) }
  return [[formatPath(path), missing(here, at, source, missed.options)]]
}

/**
 * zod stops at a mapping whose discriminator (`kind`, `language`) is wrong and reports nothing about the rest of it.
 * This sets the most likely value and validates again, so that all problems are reported at once.
 */
export function issuesBehind(
  first: readonly Issue[],
  value: unknown,
  judge: (value: unknown) => readonly Issue[],
): Issue[] {
  const all = [...first]
  let wrong = first.filter(isWrongKind)
  // Each round replaces at least one discriminator; unions are nested two deep.
  for (let round = 0, copy = structuredClone(value); wrong.length > 0 && round < 4; round++) {
    for (const { path, options = [] } of wrong) {
      const actual = valueAt(copy, path as Path)
      const guess = typeof actual === "string" ? nearest(actual, options.map(String)) : undefined
      assign(copy, path as Path, options.find((option) => option === guess) ?? options[0])
    }
    const reported = new Set(all.map(key))
    const more = judge(copy).filter((issue) => !reported.has(key(issue)))
    all.push(...more)
    wrong = more.filter(isWrongKind)
  }
  return all
}

type WrongKind = z.core.$ZodIssueInvalidUnion & { readonly options?: readonly unknown[] }

function isWrongKind(issue: Issue): issue is WrongKind {
  return issue.code === "invalid_union"
}

function key(issue: Issue): string {
  return `${issue.code} ${JSON.stringify(issue.path)}`
}

function assign(value: unknown, path: Path, member: unknown): void {
  const holder = valueAt(value, path.slice(0, -1))
  const last = path.at(-1)
  if (typeof holder === "object" && holder !== null && last !== undefined) {
    Object.defineProperty(holder, last, {
      value: member,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
}

function problemOf(
  issue: Issue,
  source: Source,
  schema: z.core.$ZodType,
  undecided: ReadonlyMap<string, Problem>,
): Problem[] {
  const path = issue.path as Path
  const value = valueAt(source.value, path)
  const here = { file: source.file, path: formatPath(path) }
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = allowedKeys(schema, source.value, path, undecided.has(formatPath(path)))
      // Where the kind of a mapping is unknown, a key of any kind may be right.
      const unknown = issue.keys.filter((name) => !allowed.includes(name))
      return unknown.map((name) => ({
        ...here,
        ...source.atKey([...path, name]),
        message: `unknown key ${show(name)}`,
        seen: show(name),
        allowed,
        ...meant(name, allowed),
      }))
    }
    case "invalid_key":
      return [
        {
          ...here,
          ...source.atKey(path),
          message: `${show(path.at(-1))} cannot be a name here`,
          seen: show(path.at(-1)),
          allowed: [issue.issues[0]?.message ?? "another name"],
        },
      ]
    case "invalid_union":
      // Only discriminated unions are used: the value of the discriminator is what is wrong.
      return [oneOf(here, path, value, source, (issue as { options?: readonly unknown[] }).options ?? [])]
    case "invalid_value":
      return [oneOf(here, path, value, source, issue.values)]
    default:
      return [plain(issue, here, path, value, source)]
  }
}

type Here = Pick<Problem, "file" | "path">

function oneOf(here: Here, path: Path, value: unknown, source: Source, options: readonly unknown[]): Problem {
  // `undefined` among the options stands for a kind that requires no discriminator.
  const names = options.filter((option) => option !== undefined).map(String)
  if (value === undefined) return missing(here, path, source, names)
  const found = typeof value === "string" ? nearest(value, names) : undefined
  return {
    ...here,
    ...source.at(path),
    message: `${show(value)} is not allowed`,
    seen: show(value),
    allowed: names,
    ...(found === undefined ? {} : { nearest: found }),
  }
}

function missing(here: Here, path: Path, source: Source, allowed?: readonly string[]): Problem {
  const message = path.length === 0 ? "the file is empty" : `the key ${show(path.at(-1))} is missing`
  const position = path.length === 0 ? source.at([]) : source.atKey(path)
  return { ...here, ...position, message, seen: "nothing", ...(allowed === undefined ? {} : { allowed }) }
}

function plain(issue: Issue, here: Here, path: Path, value: unknown, source: Source): Problem {
  const isType = issue.code === "invalid_type"
  if (isType && (value === undefined || (path.length === 0 && value === null))) {
    return missing(here, path, source, [typeName(issue.expected)])
  }
  const whole = typeof value === "object" && value !== null && !isType
  return {
    ...here,
    ...source.at(path),
    message: whole ? `${show(value)} that breaks a rule` : `${show(value)} is not allowed`,
    seen: show(value),
    allowed: [isType ? typeName(issue.expected) : rule(issue)],
  }
}

/** The condition that a value violates, in words. */
function rule(issue: Issue): string {
  if (issue.code === "too_small" || issue.code === "too_big") {
    const limit = issue.code === "too_small" ? issue.minimum : issue.maximum
    const word = issue.code === "too_small" ? "at least" : "at most"
    const exclusive =
      issue.inclusive === false ? (issue.code === "too_small" ? "more than" : "less than") : word
    if (issue.origin === "string") return `${exclusive} ${limit} characters`
    if (issue.origin === "array") return `${exclusive} ${limit} ${limit === 1 ? "entry" : "entries"}`
    return `${exclusive} ${limit}`
  }
  return issue.message
}

const typeNames: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  never: "nothing: leave the key out",
}

function typeName(expected: string): string {
  return typeNames[expected] ?? expected
}

function meant(actual: string, allowed: readonly string[]): { nearest: string } | Record<never, never> {
  const found = nearest(actual, allowed)
  return found === undefined ? {} : { nearest: found }
}

/** `components.frontend.scripts`, `refs[0].branch`; names with other characters are quoted. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(step)) return `[${show(step)}]`
      return index === 0 ? step : `.${step}`
    })
    .join("")
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}
