import { SignalboxError } from "../domain/index.ts"
import type { Job, Refs } from "./job.ts"

/**
 * A job's condition on GitHub. The workflow's trigger matches the patterns of all jobs, so each job checks for its own; an
 * expression compares only the texts between the wildcards, which is enough to tell the rules apart.
 */
export function condition({ kind, patterns, except }: Refs): string {
  const own = patterns.map((pattern) => test(kind, pattern))
  const others = except.map((pattern) => `!(${test(kind, pattern)})`)
  if (others.length === 0) return own.join(" || ")
  return [own.length === 1 ? (own[0] ?? "") : `(${own.join(" || ")})`, ...others].join(" && ")
}

function test(kind: Refs["kind"], pattern: string): string {
  const prefix = kind === "branch" ? "refs/heads/" : "refs/tags/"
  const { first, middle, last } = literalsOf(pattern)
  if (!pattern.includes("*")) return `github.ref == '${prefix}${pattern}'`
  return [
    `startsWith(github.ref, '${prefix}${first}')`,
    ...middle.map((text) => `contains(github.ref_name, '${text}')`),
    ...(last === "" ? [] : [`endsWith(github.ref_name, '${last}')`]),
  ].join(" && ")
}

/** The texts of a pattern before, between and after its wildcards; those between once each, and not a part of another. */
function literalsOf(pattern: string): {
  readonly first: string
  readonly middle: readonly string[]
  readonly last: string
} {
  const [first = "", ...rest] = pattern.split(/\*+/)
  const last = rest.pop() ?? ""
  const middle = [...new Set(rest)].filter((text) => text !== "")
  return {
    first,
    middle: middle.filter((text) => !middle.some((other) => other !== text && other.includes(text))),
    last,
  }
}

/** Whether one ref could match both patterns, as far as the texts around their wildcards tell. */
export function canShare(a: string, b: string): boolean {
  const [x, y] = [literalsOf(a), literalsOf(b)]
  const [plainA, plainB] = [!a.includes("*"), !b.includes("*")]
  if (plainA && plainB) return a === b
  if (plainA) return a.startsWith(y.first) && a.endsWith(y.last)
  if (plainB) return b.startsWith(x.first) && b.endsWith(x.last)
  const begin = x.first.startsWith(y.first) || y.first.startsWith(x.first)
  return begin && (x.last.endsWith(y.last) || y.last.endsWith(x.last))
}

/**
 * A branch that two patterns could match would be deployed by the wrong job, because the texts around a wildcard say less
 * than the pattern. Of tags it is enough that the conditions differ: `release` itself looks up where a tag goes. @throws USAGE
 */
export function checkConditions(jobs: readonly Job[]): void {
  const targets = jobs.filter((job) => job.stage === "Deployment" && !job.approval)
  const all = targets.flatMap(({ id, refs = noRefs }) =>
    refs.patterns.map((pattern) => ({ id, pattern, kind: refs.kind })),
  )
  for (const [index, one] of all.entries()) {
    const other = all.slice(0, index).find((before) => before.id !== one.id && clash(before, one))
    if (other === undefined) continue
    throw new SignalboxError("USAGE", {
      what: `patterns of ${other.id} and ${one.id} cannot be told apart: ${other.pattern} and ${one.pattern}`,
      where: "signalbox.yaml: refs",
      why: "the condition of a GitHub job compares only the texts around the wildcards",
      next: "use patterns that differ before their first *",
    })
  }
}

const noRefs: Refs = { kind: "branch", patterns: [], except: [] }

interface Pattern {
  readonly kind: Refs["kind"]
  readonly pattern: string
}

function clash(a: Pattern, b: Pattern): boolean {
  if (a.kind !== b.kind) return false
  return a.kind === "branch"
    ? canShare(a.pattern, b.pattern)
    : test(a.kind, a.pattern) === test(b.kind, b.pattern)
}
