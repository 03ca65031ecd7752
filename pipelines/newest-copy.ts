import { clusterOf } from "../src/deploy/report.ts"
import type { Journal, Ledger } from "../src/domain/index.ts"

/** An environment's ledger and journal as one call's evidence has them. */
export interface StateCopy {
  /** Id of the call: it begins with the time at which the call began, by the clock of whoever called. */
  readonly call: string
  readonly ledger: Ledger | undefined
  readonly journal: Journal | undefined
  /** `known` of its report: all operations up to this fencing number had ended when the copy was made. */
  readonly known: number | null | undefined
}

/** The copy to rebuild the state from, and up to which fencing number it is complete. */
export interface NewestState {
  readonly ledger: Ledger | null
  readonly journal: Journal | null
  readonly from: string | null
  readonly known: number
}

/**
 * The newest ledger among copies, with its journal. Fencing numbers decide which is newest, because they only grow,
 * while calls overlap and clocks differ. A namespace that was deleted and created again numbers from 1, so copies of an
 * earlier namespace (by the UID in the journal's plan) are ignored.
 * @param copies those of the newest calls first.
 */
export function newestState(copies: readonly StateCopy[]): NewestState {
  let newest: StateCopy | undefined
  const usable = copies.filter((copy) => namespaceOf(copy) !== undefined)
  const namespace = usable.map(namespaceOf).find((uid) => uid !== null)
  for (const copy of usable.filter((candidate) => (namespaceOf(candidate) ?? namespace) === namespace))
    if (copy.ledger !== undefined && (newest === undefined || isNewer(copy, newest))) newest = copy
  if (newest?.ledger === undefined) {
    const journal = usable.find((copy) => copy.journal !== undefined)?.journal ?? null
    return { ledger: null, journal, from: null, known: 0 }
  }
  const { ledger, journal = null, call } = newest
  return { ledger, journal, from: call, known: knownFence(newest) }
}

/** Of two equally complete copies, the one with more holds wins: a person can lift a surplus hold, a lost one lets a bad release deploy. */
function isNewer(copy: StateCopy, other: StateCopy): boolean {
  const measures = [knownFence, lastSequence, holdCount, ({ call }: StateCopy) => call]
  for (const measure of measures) {
    const [a, b] = [measure(copy), measure(other)]
    if (a !== b) return a > b
  }
  return false
}

/**
 * UID of the namespace that a copy is from; null where no operation states it. Undefined where the journal has lost its
 * plan: the copy's fencing number may come from that plan, so it cannot be trusted.
 */
function namespaceOf({ journal }: StateCopy): string | null | undefined {
  return journal === undefined ? null : clusterOf(journal)
}

function knownFence({ ledger, known }: StateCopy): number {
  return Math.max(ledger?.fence ?? 0, known ?? 0)
}

function lastSequence({ ledger }: StateCopy): number {
  return ledger?.entries.at(-1)?.sequence ?? 0
}

function holdCount({ ledger }: StateCopy): number {
  return ledger?.holds.length ?? 0
}
