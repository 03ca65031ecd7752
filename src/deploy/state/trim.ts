import { entryDigest, type LedgerEntry, SignalboxError } from "../../domain/index.ts"
import type { StoredJournal } from "./journal.ts"
import { revokes, type StoredLedger } from "./ledger.ts"

/** Bytes that a ledger, or the journal of an operation that begins, may take in its ConfigMap. */
export const stateLimit = 64 * 1024

const storedLifts = 20

export function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), "utf8")
}

/** @throws POLICY_REFUSED for the journal of an operation that could not be written down as it begins. */
export function assertJournalFits(journal: StoredJournal): void {
  const size = sizeOf(journal)
  if (size <= stateLimit) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: `the plan does not fit into the journal (${size} of ${stateLimit} bytes)`,
    next: "deploy fewer objects in one release; long commands of hooks belong into the image that they run in",
  })
}

/**
 * Cuts old entries off until the ledger fits; the chain stays verifiable through `trimmed.head`. Holds are never cut.
 * @throws STATE_DAMAGED when the holds alone are too large.
 */
export function trim(ledger: StoredLedger, limit = stateLimit): StoredLedger {
  let fitting: StoredLedger = { ...ledger, lifted: ledger.lifted.slice(-storedLifts) }
  while (sizeOf(fitting) > limit) {
    const [oldest, ...rest] = fitting.entries
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

function cutOff(ledger: StoredLedger, oldest: LedgerEntry): NonNullable<StoredLedger["trimmed"]> {
  const before = ledger.trimmed?.verified ?? null
  const standing = before !== null && revokes(oldest, before) ? null : before
  return {
    entries: (ledger.trimmed?.entries ?? 0) + 1,
    head: entryDigest(oldest),
    verified: oldest.outcome === "verified" ? oldest : standing,
  }
}
