import { entryDigest, type LedgerEntry, SignalboxError } from "../../domain/index.ts"
import type { StoredJournal } from "./journal.ts"
import { revokes, type StoredLedger } from "./ledger.ts"

/** Bytes that a ledger or a journal may take in its ConfigMap. */
export const stateLimit = 64 * 1024

const storedLifts = 20

export function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), "utf8")
}

/** Bytes that a step of a journal grows by without its note, whatever becomes of it. */
const stepRoom = 200
/** Steps of the way back that no plan lists. */
const returnSteps = 8
/** Outcome, phase, hash of an approval, digest of what is tested, a cause of few words. */
const endRoom = 1500

/** Bytes that an operation needs beside its plan to be written down to its end, or to the end of its way back. */
export function roomOf({ steps }: Pick<StoredJournal, "steps">): number {
  return (steps.length + returnSteps) * stepRoom + endRoom
}

/**
 * @throws POLICY_REFUSED for the journal of an operation that could not be written down to its end. It is refused before
 * anything begins: half way through, no later call could get past a refusal either.
 */
export function assertJournalFits(journal: StoredJournal): void {
  const size = sizeOf(journal) + roomOf(journal)
  if (size <= stateLimit) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: `the plan does not fit into the journal (${size} of ${stateLimit} bytes, with what its steps will add)`,
    next: "deploy fewer objects in one release; long commands of hooks belong into the image that they run in",
  })
}

/**
 * The same journal within its limit: notes of steps are shortened where the plan leaves no room for them, the oldest
 * first. Never refused: what an operation has come to is always written.
 */
export function fitJournal(journal: StoredJournal, limit = stateLimit): StoredJournal {
  let fitting = journal
  for (const { id, note = "" } of journal.steps) {
    const over = sizeOf(fitting) - limit
    if (over <= 0) return fitting
    if (note === "") continue
    const short = note.slice(0, Math.max(0, note.length - over - shortened.length)) + shortened
    const steps = fitting.steps.map((step) => (step.id === id ? { ...step, note: short } : step))
    fitting = { ...fitting, steps }
  }
  const over = sizeOf(fitting) - limit
  const { cause } = fitting
  if (over <= 0 || cause === undefined) return fitting
  return {
    ...fitting,
    cause: cause.slice(0, Math.max(0, cause.length - over - shortened.length)) + shortened,
  }
}

const shortened = " (shortened)"

/**
 * Cuts old entries off until the ledger fits; the chain stays verifiable through `trimmed.head`. Holds are never cut.
 * @throws STATE_DAMAGED when the holds alone are too large.
 */
export function trim(ledger: StoredLedger, limit = stateLimit): StoredLedger {
  let fitting: StoredLedger = { ...ledger, lifted: ledger.lifted.slice(-storedLifts) }
  while (sizeOf(fitting) > limit) {
    const [oldest, ...rest] = fitting.entries
    if ((oldest === undefined || rest.length === 0) && fitting.lifted.length > 0) {
      fitting = { ...fitting, lifted: fitting.lifted.slice(1) }
      continue
    }
    if (oldest === undefined || rest.length === 0)
      throw new SignalboxError("STATE_DAMAGED", {
        what: `the ledger does not fit into ${limit} bytes`,
        why: `${fitting.holds.length} holds and ${fitting.lifted.length} lifted ones take the room`,
        next: "lift holds that are no longer needed",
      })
    fitting = { ...fitting, entries: rest, trimmed: cutOff(fitting, oldest) }
  }
  return fitting
}

/** Bytes of a ledger that stay free for what an operation, its way back and rollbacks after it have to write. */
const ledgerRoom = 8 * 1024

/**
 * @throws POLICY_REFUSED where holds, which are never cut, leave too little room: an operation that has begun must be
 * able to write how it ended.
 */
export function assertLedgerHasRoom(ledger: StoredLedger): void {
  const size = sizeOf({ ...ledger, entries: ledger.entries.slice(-1), lifted: [] }) + ledgerRoom
  if (size <= stateLimit) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: `the ledger of ${ledger.environment} is full of holds: ${ledger.holds.length}`,
    why: `${size} of ${stateLimit} bytes, with what a deployment will add`,
    next: "lift holds that are no longer needed: hold --environment … --lift --release VERSION --reason …",
  })
}

function cutOff(ledger: StoredLedger, oldest: LedgerEntry): NonNullable<StoredLedger["trimmed"]> {
  const before = ledger.trimmed?.verified ?? null
  const standing = before !== null && revokes(oldest, before) ? null : before
  return {
    entries: (ledger.trimmed?.entries ?? 0) + 1,
    head: entryDigest(oldest),
    verified: oldest.outcome === "verified" ? oldest : standing,
  }
}
