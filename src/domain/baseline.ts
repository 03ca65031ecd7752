import { type Finding, fingerprint, severities } from "./finding.ts"

/** The revision that a report is compared with (`--since`): what that has, too, is known before and does not count. */
export interface BaselineIdentity {
  /** As the call has it. */
  readonly since: string
  readonly commit: string
  /** Why no gate could judge its tree: then everything counts as new. Absent where some could. */
  readonly unjudged?: string
}

/** What one gate has found in the tree of that revision. */
export interface BaseFindings {
  /** Before waivers: what is waived is there, too. */
  readonly findings: readonly Finding[]
  /** Why it could not be judged, or not all of it. What was not found there counts as new. */
  readonly unjudged?: string
  /** Files that have moved since then: path of today -> path of then. */
  readonly renamed: ReadonlyMap<string, string>
}

/** The result of one gate, compared with the base revision. */
export interface ComparedGate {
  /** Findings that the base has, too, the gravest first. They do not count. */
  readonly known: readonly Finding[]
  /** Findings of the base that are no longer there. */
  readonly gone: number
  /** Why the base could not be judged, or not all of it. What was not found there counts as new. */
  readonly unjudged?: string
}

export interface Compared {
  readonly fresh: readonly Finding[]
  readonly known: readonly Finding[]
  readonly gone: number
}

/**
 * Which findings are new, and which the base has, too. A finding is the same one by its identity, whatever its line, and
 * where its file has moved, by the one that it had there. Of equal ones as many are known as the base has: those on the
 * same line first, then from the top. One that has become graver is new: a leak in a commit of today is one of a branch that does
 * not count where the base is judged. A number beyond a limit is known as long as it has not become worse.
 * @param waived findings that do not count anyway: they, too, were there before.
 */
export function compareWithBase(
  findings: readonly Finding[],
  base: BaseFindings,
  waived: readonly Finding[] = [],
): Compared {
  const left = new Before(base)
  const known = new Set<Finding>()
  const all = [...waived, ...findings]
  for (const isSameLine of [true, false])
    for (const finding of all) if (!known.has(finding) && left.take(finding, isSameLine)) known.add(finding)
  return {
    fresh: findings.filter((finding) => !known.has(finding)),
    known: findings.filter((finding) => known.has(finding)),
    gone: base.findings.length - known.size,
  }
}

type Line = number | undefined

/** The findings of the base that no finding of today has been matched with: by identity, then by line. */
class Before {
  readonly #left = new Map<string, Map<Line, Finding[]>>()
  readonly #renamed: ReadonlyMap<string, string>

  constructor({ findings, renamed }: BaseFindings) {
    this.#renamed = renamed
    for (const finding of findings) {
      const identity = fingerprint(finding)
      const same = this.#left.get(identity) ?? new Map<Line, Finding[]>()
      this.#left.set(identity, same)
      const line = finding.location?.line
      const here = same.get(line)
      if (here === undefined) same.set(line, [finding])
      else here.push(finding)
    }
  }

  /** Takes one away that is this finding. Under its own path first: a leak in the history keeps the path that it had. */
  take(finding: Finding, isSameLine: boolean): boolean {
    const moved = before(finding, this.#renamed)
    return this.#takeAs(finding, isSameLine) || (moved !== undefined && this.#takeAs(moved, isSameLine))
  }

  #takeAs(finding: Finding, isSameLine: boolean): boolean {
    const same = this.#left.get(fingerprint(finding))
    if (same === undefined) return false
    const lines = isSameLine ? [finding.location?.line] : same.keys()
    for (const line of lines) {
      const here = same.get(line) ?? []
      const index = here.findLastIndex((then) => isNoWorse(finding, then))
      if (index < 0) continue
      here.splice(index, 1)
      // Lines that have none left would be looked at again for every equal finding.
      if (here.length === 0) same.delete(line)
      return true
    }
    return false
  }
}

function isNoWorse(today: Finding, then: Finding): boolean {
  if (severities.indexOf(today.severity) < severities.indexOf(then.severity)) return false
  if (today.measured === undefined) return true
  // A limit that the base did not have is met by no number of then.
  if (then.measured === undefined) return false
  const [is, was] = [today.measured.value, then.measured.value]
  return today.measured.better === "higher" ? is >= was : is <= was
}

/** The finding as it was before its file moved; undefined where that has not moved. */
function before(finding: Finding, renamed: ReadonlyMap<string, string>): Finding | undefined {
  const { location, subject } = finding
  const file = location === undefined ? undefined : renamed.get(location.file)
  if (location === undefined || file === undefined) return undefined
  return { ...finding, location: { ...location, file }, subject: subjectBefore(subject, location.file, file) }
}

/** Of what concerns a whole file, the subject is its path, or that below its component. */
function subjectBefore(subject: string, today: string, then: string): string {
  if (subject === "" || !`/${today}`.endsWith(`/${subject}`)) return subject
  const above = today.slice(0, today.length - subject.length)
  return then.startsWith(above) ? then.slice(above.length) : subject
}
