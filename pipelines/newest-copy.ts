import { clusterOf } from "../src/deploy/report.ts"
import type { Journal, Ledger } from "../src/domain/index.ts"

/** What the evidence of one call holds of an environment's state. */
export interface StateCopy {
  /** Id of the call: it begins with the time at which the call began, by the clock of whoever called. */
  readonly call: string
  readonly ledger: Ledger | undefined
  readonly journal: Journal | undefined
  /** `known` of its report: up to this fencing number every operation had ended when the copy was made. */
  readonly known: number | null | undefined
}

/** The state to go on from, and what it knows. */
export interface NewestState {
  readonly ledger: Ledger | null
  readonly journal: Journal | null
  readonly from: string | null
  readonly known: number
}

/**
 * The newest ledger among copies, and the journal beside it. Which one that is, the copies themselves say: fencing
 * numbers only grow, while a call that began earlier may have ended later, and clocks differ. In a namespace that was
 * made anew they begin anew, so that copies from before that, by the last call's journal, do not count.
 * @param copies those of the newest calls first.
 */
export function newestState(copies: readonly StateCopy[]): NewestState {
  let newest: StateCopy | undefined
  const readable = copies.filter((copy) => placeOf(copy) !== undefined)
  const place = readable.map(placeOf).find((one) => one !== null)
  for (const copy of readable.filter((one) => (placeOf(one) ?? place) === place))
    if (copy.ledger !== undefined && (newest === undefined || isNewer(copy, newest))) newest = copy
  if (newest?.ledger === undefined) {
    const journal = readable.find((copy) => copy.journal !== undefined)?.journal ?? null
    return { ledger: null, journal, from: null, known: 0 }
  }
  const { ledger, journal = null, call } = newest
  return { ledger, journal, from: call, known: knownOf(newest) }
}

/** Of two that know equally much, the one with more holds: one too many is lifted, one too few deploys. */
function isNewer(one: StateCopy, other: StateCopy): boolean {
  const measures = [knownOf, lastSequence, holdsOf, (copy: StateCopy) => copy.call]
  for (const measure of measures) {
    const [a, b] = [measure(one), measure(other)]
    if (a !== b) return a > b
  }
  return false
}

/**
 * UID of the namespace that a copy is from; null where no operation says so. Undefined where its journal holds no plan:
 * what such a copy says it knows may be what only that plan knew.
 */
function placeOf({ journal }: StateCopy): string | null | undefined {
  return journal === undefined ? null : clusterOf(journal)
}

function knownOf({ ledger, known }: StateCopy): number {
  return Math.max(ledger?.fence ?? 0, known ?? 0)
}

function lastSequence({ ledger }: StateCopy): number {
  return ledger?.entries.at(-1)?.sequence ?? 0
}

function holdsOf({ ledger }: StateCopy): number {
  return ledger?.holds.length ?? 0
}
