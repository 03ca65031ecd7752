import { SignalboxError } from "../domain/index.ts"
import type { Job, Refs } from "./jobs.ts"

/** The workflow's trigger has matched the patterns already: a job has to tell its own from those of other jobs. */
export function condition({ kind, patterns }: Refs): string {
  const prefix = kind === "branch" ? "refs/heads/" : "refs/tags/"
  return patterns
    .map((pattern) => {
      const literal = literalOf(pattern)
      const whole = literal === pattern
      return whole ? `github.ref == '${prefix}${literal}'` : `startsWith(github.ref, '${prefix}${literal}')`
    })
    .join(" || ")
}

function literalOf(pattern: string): string {
  return pattern.split("*", 1)[0] ?? ""
}

/** A condition knows the beginning of a pattern only: two targets whose patterns begin alike could both run. */
export function checkConditions(jobs: readonly Job[]): void {
  const targets = jobs.filter((job) => job.stage === "Deployment" && !job.approval)
  for (const [index, one] of targets.entries()) {
    for (const other of targets.slice(index + 1)) {
      const clash = one.refs?.kind === other.refs?.kind && overlap(one.refs, other.refs)
      if (!clash) continue
      throw new SignalboxError("USAGE", {
        what: `patterns of ${one.id} and ${other.id} begin alike: ${clash.join(" and ")}`,
        where: "signalbox.yaml: refs",
        why: "a GitHub job can compare the beginning of a ref only",
        next: "use patterns that differ before their first *",
      })
    }
  }
}

/** Two patterns that the conditions of two jobs could both hold for. */
function overlap(one: Refs | undefined, other: Refs | undefined): readonly [string, string] | undefined {
  for (const a of one?.patterns ?? []) {
    for (const b of other?.patterns ?? []) {
      if (beginAlike(a, b)) return [a, b]
    }
  }
  return undefined
}

/** A name without a star is compared as a whole, a pattern by what stands before its first star. */
function beginAlike(a: string, b: string): boolean {
  const [x, y] = [literalOf(a), literalOf(b)]
  if (a === x && b === y) return a === b
  if (a === x) return a.startsWith(y)
  return b === y ? b.startsWith(x) : x.startsWith(y) || y.startsWith(x)
}
