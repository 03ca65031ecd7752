import { SignalboxError } from "../../../domain/index.ts"
import { acquireLock, HeldLock, readLeaseFence } from "../../lock/index.ts"
import type { DriverRequest } from "../../request.ts"
import {
  emptyLedger,
  type StateVersions,
  type StoredJournal,
  type StoredLedger,
  verifyChain,
} from "../../state/index.ts"
import { ensureNamespace } from "../locked.ts"
import { lossOf } from "../lost-state.ts"
import { assertNamespaceOwner } from "../namespace-owner.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"

type Wanted = NonNullable<DriverRequest["repair"]>

/** What is to be put back, decided before the environment is locked. */
interface Restoration {
  readonly ledger: StoredLedger | null
  /** Undefined: the journal is whole. */
  readonly journal: StoredJournal | null | undefined
  /** Highest fencing number that any driver is known to have had. */
  readonly used: number
  /** What it was decided on: nothing else is replaced. */
  readonly versions: StateVersions
}

/**
 * Restores a ledger or journal that was lost or damaged, from evidence, under the lock. What can be read is never
 * replaced. The fencing number goes on from the highest that is known.
 */
export async function repair(session: DriverSession): Promise<CommandResult> {
  const { environment, holder, operation, repair: wanted } = session.input.request
  if (wanted === null) throw new SignalboxError("USAGE", { what: "repair needs evidence to repair from" })
  await ensureNamespace(session, false)
  const restoration = await decide(session, wanted)
  const { namespace } = environment
  const knownFence = restoration.used
  const settings = environment.lock
  const request = { environment: environment.name, namespace, holder, operation, settings, knownFence }
  const acquired = await acquireLock(session.api, session.clock, request, (line) =>
    session.recorder.say(`lock: ${line}`),
  )
  session.held = { operation, fence: acquired.fence }
  const lock = new HeldLock(session.api, session.clock, request, acquired).start()
  try {
    lock.assertHeld()
    await restore(session, wanted, restoration, acquired.fence)
  } finally {
    await lock.release()
  }
  return { ...done(), fence: acquired.fence }
}

async function decide(session: DriverSession, wanted: Wanted): Promise<Restoration> {
  const { environment } = session.input.request
  const versions = await session.store.versions()
  const read = await ifReadable(() => session.store.readLedger())
  // Without a journal no operation was ever begun, or it was deleted: neither can be told from the other, nor repaired.
  const journal = await ifReadable(async () => (await session.store.readJournal()) ?? "none")
  const readJournal = journal === null || journal === "none" ? null : journal.value
  // A blank one that was put in the place of the ledger knows nothing of what was held.
  const isLost = read === null || (await lossOf(session, read.value, readJournal)) !== null
  const whole = isLost ? null : read
  const ledgerIsWhole = whole !== null
  assertNamespaceOwner(session.input.request, whole?.value ?? null, readJournal)
  if (ledgerIsWhole && journal !== null)
    throw new SignalboxError("USAGE", {
      what: `the ledger of ${environment.name} is there and whole, and so is its journal`,
      next: "there is nothing to repair",
    })
  const leaseFence = await readLeaseFence(session.api, environment.namespace)
  const left = [whole?.value.fence, readJournal?.fence, leaseFence].filter((fence) => fence != null)
  const used = Math.max(...[wanted.known, wanted.ledger?.fence, ...left].map((fence) => fence ?? 0))
  if (left.length === 0 && wanted.from !== null && wanted.reason === null)
    throw allLost(environment.name, wanted.from)
  const ledger = ledgerIsWhole ? null : copyOf(session, wanted, used)
  const journalCopy = journal === null ? journalCopyOf(session, wanted, used) : undefined
  return { ledger, journal: journalCopy, used, versions }
}

/**
 * The journal to restore; null where the newest evidence has none, and the damaged one goes away. What was begun after
 * the copy was made may be unfinished, and only the damaged journal knew: then an operator has to give a reason.
 * @throws STATE_INCOMPLETE where operations are missed and no reason is given; CONFIG_INVALID for another project's.
 */
function journalCopyOf(session: DriverSession, wanted: Wanted, used: number): StoredJournal | null {
  const { name } = session.input.request.environment
  assertNamespaceOwner(session.input.request, null, wanted.journal)
  const missed = used - Math.max(wanted.known, wanted.ledger?.fence ?? 0)
  if ((missed > 0 || wanted.from === null) && wanted.reason === null)
    throw incomplete("journal", name, wanted.from, missed, used)
  return wanted.journal
}

/**
 * The copy to restore; an empty one where there is none at all, if a person says so.
 * @throws STATE_DAMAGED when its chain is broken; STATE_INCOMPLETE where it misses operations and no reason is given.
 */
function copyOf(session: DriverSession, wanted: Wanted, used: number): StoredLedger {
  const { environment } = session.input.request
  const { known, from, reason } = wanted
  const ledger = wanted.ledger ?? emptyLedger(environment.name)
  verifyChain(ledger)
  if (ledger.environment !== environment.name)
    throw new SignalboxError("USAGE", {
      what: `this is the ledger of ${ledger.environment}, not of ${environment.name}`,
    })
  const missed = used - Math.max(known, ledger.fence)
  if ((missed > 0 || from === null) && reason === null)
    throw incomplete("ledger", environment.name, from, missed, used)
  return ledger
}

/**
 * A lost ledger never lifts a hold, and a damaged journal never drops an operation: what they may have known is let go
 * by a person with a reason, as any other hold.
 */
function incomplete(
  state: "ledger" | "journal",
  environment: string,
  from: string | null,
  missed: number,
  used: number,
): SignalboxError {
  const { lost, next } = missing[state]
  return new SignalboxError("STATE_INCOMPLETE", {
    what:
      from === null
        ? `there is no copy of the ${state} of ${environment} in the evidence`
        : `the newest copy of the ${state} of ${environment} does not know its last ${missed} operations`,
    where: from === null ? "the evidence store" : `evidence of operation ${from}`,
    why: `the lock was last held as number ${used}; ${lost}`,
    next,
  })
}

/** Ledger, journal and Lease are gone: no number is left that the copy could be compared with. */
function allLost(environment: string, from: string): SignalboxError {
  return new SignalboxError("STATE_INCOMPLETE", {
    what: `ledger, journal and Lease of ${environment} are all gone: nothing tells whether the newest copy is complete`,
    where: `evidence of operation ${from}`,
    why: missing.ledger.lost,
    next: missing.ledger.next,
  })
}

const missing = {
  ledger: {
    lost: "what was held since then is not in the evidence",
    next: "find out what was done and held since, then repeat --repair with --reason TEXT, and hold that again",
  },
  journal: {
    lost: "what was begun since then may be unfinished, and how is not in the evidence",
    next: "find out what was begun since, then repeat --repair with --reason TEXT, and deploy or roll back at once",
  },
} as const

async function restore(
  session: DriverSession,
  wanted: Wanted,
  { ledger, journal, used, versions }: Restoration,
  fence: number,
): Promise<void> {
  const { holder } = session.input.request
  if (ledger !== null) {
    const known = Math.max(wanted.known, ledger.fence)
    const repaired = {
      ...{ at: session.clock.now().toISOString(), by: holder.who, from: wanted.from, known, used },
      ...(wanted.reason === null || used <= known ? {} : { reason: wanted.reason }),
    }
    await session.store.restoreLedger({ ...ledger, fence, repaired }, versions.ledger)
    const { entries, holds } = ledger
    session.recorder.say(
      `the ledger is restored from ${wanted.from ?? "nothing"}: ${entries.length} entries, ${holds.length} holds`,
    )
  }
  if (journal === undefined) return
  await session.store.restoreJournal(journal, versions.journal)
  session.recorder.say(
    journal === null
      ? "the journal could not be read and was removed: the evidence store has none"
      : `the journal is restored: operation ${journal.operation}`,
  )
}

/** Null for what is damaged; a missing one stays what it is called by the reader. @throws STATE_NEWER: that is whole. */
async function ifReadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof SignalboxError && error.code === "STATE_DAMAGED") return null
    throw error
  }
}
