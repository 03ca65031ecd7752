import type { AffectedScope, GateReportData } from "../domain/index.ts"
import { count } from "./words.ts"

/** As many names as fit into a sentence. */
const shownNames = 12

/** What of a project a partial report is about, in sentences; undefined for one that is about all of it. */
export function scopeText(scope: AffectedScope | undefined): string | undefined {
  if (scope === undefined) return undefined
  const { changed, components, others, everything } = scope
  const since = revisionText(scope)
  if (changed === 0)
    return `Nothing has changed since ${since}: nothing was looked at, and nothing is proven. No evidence for a release.`
  const of = components.length === 0 ? "no component" : listed(components)
  const left = others.length === 0 ? "" : ` Not looked at: ${listed(others)}.`
  const all = everything.length === 0 ? "" : ` That is all of it, because of ${listed(everything)}.`
  return `Only what is affected since ${since}: ${of}.${left}${all} No evidence for a release.`
}

/** What of the findings a report leaves out, and what could not be compared; undefined where all findings count. */
export function baselineText({
  baseline,
  gates,
}: Pick<GateReportData, "baseline" | "gates">): string | undefined {
  if (baseline === undefined) return undefined
  const since = revisionText(baseline)
  const nothing = "No evidence for a release."
  if (baseline.unjudged !== undefined)
    return `The tree of ${since} could not be judged, so that everything counts as new: ${baseline.unjudged} ${nothing}`
  const sum = (of: (one: NonNullable<(typeof gates)[number]["baseline"]>) => number) =>
    gates.reduce((all, one) => all + (one.baseline === undefined ? 0 : of(one.baseline)), 0)
  const known = count(
    sum((one) => one.known.length),
    "finding",
  )
  const gone = sum((one) => one.gone)
  const less = gone === 0 ? "" : ` ${count(gone, "finding")} of then ${gone === 1 ? "is" : "are"} gone.`
  return `Only what is new since ${since} counts: ${known} known before.${less} ${nothing}`
}

/** `origin/main (0123456789ab)` */
export function revisionText({ since, commit }: Pick<AffectedScope, "since" | "commit">): string {
  return commit.startsWith(since) ? since : `${since} (${commit.slice(0, 12)})`
}

export function listed(names: readonly string[]): string {
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : ""
  return `${names.slice(0, shownNames).join(", ")}${more}`
}
