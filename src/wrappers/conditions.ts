import { SignalboxError } from "../domain/index.ts"
import type { Job, Refs } from "./jobs.ts"

/** A job's condition. The workflow's trigger matches the patterns of all jobs, so each job checks for its own. */
export function condition({ kind, patterns }: Refs): string {
  const prefix = kind === "branch" ? "refs/heads/" : "refs/tags/"
  return patterns
    .map((pattern) => {
      const literal = literalOf(pattern)
      return literal === pattern
        ? `github.ref == '${prefix}${literal}'`
        : `startsWith(github.ref, '${prefix}${literal}')`
    })
    .join(" || ")
}

function literalOf(pattern: string): string {
  return pattern.split("*", 1)[0] ?? ""
}

/**
 * A condition compares only the text before a pattern's first `*`, so two jobs with patterns that begin alike could run
 * for one ref. @throws USAGE
 */
export function checkConditions(jobs: readonly Job[]): void {
  const targets = jobs.filter((job) => job.stage === "Deployment" && !job.approval)
  for (const [index, target] of targets.entries()) {
    for (const other of targets.slice(index + 1)) {
      const clash = target.refs?.kind === other.refs?.kind && overlap(target.refs, other.refs)
      if (!clash) continue
      throw new SignalboxError("USAGE", {
        what: `patterns of ${target.id} and ${other.id} begin alike: ${clash.join(" and ")}`,
        where: "signalbox.yaml: refs",
        why: "the condition of a GitHub job can compare only the beginning of a ref",
        next: "use patterns that differ before their first *",
      })
    }
  }
}

/** A pattern of each job that one ref could match. */
function overlap(refs: Refs | undefined, other: Refs | undefined): readonly [string, string] | undefined {
  for (const a of refs?.patterns ?? []) {
    for (const b of other?.patterns ?? []) {
      if (beginAlike(a, b)) return [a, b]
    }
  }
  return undefined
}

/** A name without `*` is compared as a whole, a pattern by the text before its first `*`. */
function beginAlike(a: string, b: string): boolean {
  const [x, y] = [literalOf(a), literalOf(b)]
  if (a === x && b === y) return a === b
  if (a === x) return a.startsWith(y)
  return b === y ? b.startsWith(x) : x.startsWith(y) || y.startsWith(x)
}
