import {
  type Digest,
  entryDigest,
  type Ledger,
  type LedgerEntry,
  SignalboxError,
} from "../../domain/index.ts"
import { sameSet } from "./same.ts"

/** What was cut off at the old end so that the ledger fits: the chain goes on from `head`. */
export interface TrimmedHistory {
  /** How many entries were cut off. */
  readonly entries: number
  /** Digest of the newest entry that was cut off: what the first remaining one calls `previous`. */
  readonly head: Digest
  /** The newest verified entry among them: it may still be where a rollback goes. */
  readonly verified: LedgerEntry | null
}

export interface StoredLedger extends Ledger {
  readonly trimmed?: TrimmedHistory
  /** The last time that it was rebuilt from evidence. */
  readonly repaired?: RepairNote
  /**
   * Fencing number of the last take-over of an interrupted operation. It changes the ledger's version, so that what the
   * operation's former driver still had on the way to it is refused.
   */
  readonly takenOver?: number
}

/** Who put a copy in the place of a ledger that was lost, and what the copy could not know. */
export interface RepairNote {
  readonly at: string
  readonly by: string
  /** Id of the call whose evidence the copy is from; null where there was none, and it began empty. */
  readonly from: string | null
  /** Highest fencing number that the copy knows of, and the one that was found in use. */
  readonly known: number
  readonly used: number
  /** Why what was done between the two need not be held; only where they differ. */
  readonly reason?: string
}

/** What a person does about a ledger or journal that is lost or damaged. */
export const repairHint = "rebuild it from the evidence: dagger call status --environment … --repair"

export type EntryDraft = Omit<LedgerEntry, "sequence" | "previous">

export function emptyLedger(environment: string): StoredLedger {
  return { schemaVersion: 1, environment, fence: 0, entries: [], holds: [], lifted: [] }
}

/** Whether it is as a first operation begins it: nothing was ever recorded, held, taken over or repaired. */
export function isBlank({ entries, holds, lifted, trimmed, repaired, takenOver }: StoredLedger): boolean {
  const known = [...entries, ...holds, ...lifted].length > 0
  return !known && trimmed === undefined && repaired === undefined && takenOver === undefined
}

/** Adds an entry to the chain. */
export function append(ledger: StoredLedger, draft: EntryDraft): StoredLedger {
  const last = ledger.entries.at(-1)
  const entry: LedgerEntry = {
    ...draft,
    sequence: last === undefined ? (ledger.trimmed?.entries ?? 0) + 1 : last.sequence + 1,
    previous: last === undefined ? (ledger.trimmed?.head ?? null) : entryDigest(last),
  }
  return { ...ledger, fence: Math.max(ledger.fence, draft.fence), entries: [...ledger.entries, entry] }
}

/** @throws STATE_DAMAGED when an entry was changed, removed or put in. */
export function verifyChain(ledger: StoredLedger): void {
  let previous = ledger.trimmed?.head ?? null
  for (const entry of ledger.entries) {
    if (entry.previous !== previous)
      throw new SignalboxError("STATE_DAMAGED", {
        what: `the ledger's chain is broken at entry ${entry.sequence}`,
        where: `ConfigMap signalbox-ledger of environment ${ledger.environment}`,
        why: `it names ${entry.previous ?? "no predecessor"}, the entry before it is ${previous ?? "none"}`,
        next: repairHint,
      })
    previous = entryDigest(entry)
  }
}

/** Entries whose verification stands, newest first; also the one that trimming left. */
export function verifiedEntries(ledger: StoredLedger): readonly LedgerEntry[] {
  const old = ledger.trimmed?.verified ?? null
  return [...(old === null ? [] : [old]), ...ledger.entries]
    .filter((entry) => entry.outcome === "verified")
    .filter((entry) => !ledger.entries.some((later) => revokes(later, entry)))
    .reverse()
}

/** The newest entry that was ever verified, whether that stands or not: what is new in a release is new since then. */
export function lastVerified(ledger: StoredLedger): LedgerEntry | null {
  return ledger.entries.findLast(({ outcome }) => outcome === "verified") ?? ledger.trimmed?.verified ?? null
}

/** A failed manual test revokes the verifications before it, until the set is deployed and verified again. */
export function revokes(later: LedgerEntry, verified: LedgerEntry): boolean {
  return isTest(later) && later.sequence > verified.sequence && sameSet(later.set, verified.set)
}

function isTest({ kind }: LedgerEntry): boolean {
  return kind === "smoke" || kind === "load"
}

export type RecordedOutcome = "verified" | "rolled-back" | "inconclusive" | "person-needed"

/** How the ledger has an operation; undefined when it does not have it yet. What is written there stands. */
export function recordedAs(ledger: Ledger, operation: string): RecordedOutcome | undefined {
  // The first entry is about the deployed set; one about the set that was restored instead may follow.
  const entry = ledger.entries.find((one) => one.operation === operation)
  if (entry?.outcome !== "failed") return entry?.outcome
  return entry.noVerdict === undefined ? "person-needed" : "inconclusive"
}

/** The newest entry about what runs in a revision, by what Helm says: its deployment, or a failed test of it. */
export function entryOfRevision(ledger: StoredLedger, revision: number): LedgerEntry | undefined {
  return ledger.entries.findLast((entry) => entry.revision === revision)
}

/** The newest entry that deployed the set of a revision; a test of it only where that entry was trimmed. */
export function deploymentOfRevision(ledger: StoredLedger, revision: number): LedgerEntry | undefined {
  const about = ledger.entries.filter((entry) => entry.revision === revision)
  return about.findLast((entry) => !isTest(entry)) ?? about.at(-1)
}
