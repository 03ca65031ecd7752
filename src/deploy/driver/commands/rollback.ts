import { type LedgerEntry, type ReleaseDigests, SignalboxError } from "../../../domain/index.ts"
import type { HeldLock } from "../../lock/index.ts"
import { appliedByEntry, planRollback } from "../../plan/index.ts"
import {
  entryOfRevision,
  holdOn,
  isUnfinished,
  planOf,
  type StoredJournal,
  sameSet,
  verifiedEntries,
} from "../../state/index.ts"
import { runningOf, runs, type World } from "../../world/index.ts"
import { ensureNamespace, withLock } from "../locked.ts"
import { configuredMembers } from "../members.ts"
import { type Observation, observe, observeHeld } from "../observation.ts"
import { type CommandResult, done, resultOf } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { executePlan, needsPerson, type Recovered, recover } from "./execute-plan.ts"
import { writePlan } from "./preparation.ts"

/** Back to the last verified set other than the current one, or to a verified Helm revision. Needs no approval. */
export async function rollback(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, false)
  const first = await observe(session)
  const wanted = session.input.request.rollback ?? {
    revision: null,
    reason: "rolled back by hand",
    rehearse: false,
  }
  if (wanted.rehearse) {
    const to = destination(first.world, wanted.revision)
    await writePlan(session, plan(session, first, cluster, to), first.world, appliedByEntry(first.world, to))
    session.recorder.say("rehearsal: plan.md says what a rollback would do; nothing was changed")
    return done()
  }
  // An unknown or unverified revision, or none at all, is refused before anything is touched.
  const interrupted = isUnfinished(first.journal?.value ?? null)
  if (wanted.revision !== null || !interrupted) destination(first.world, wanted.revision)
  const before = runningOf(first.world)
  const result = await withLock(session, (lock) => goBack(session, lock, cluster, wanted))
  return { ...result, before, after: runningOf((await observe(session)).world) }
}

/** Goes back while the environment is held: first settles what was interrupted. */
export async function goBack(
  session: DriverSession,
  lock: HeldLock,
  cluster: string,
  wanted: { readonly revision: number | null; readonly reason: string },
): Promise<CommandResult> {
  const recovered = await recover(session, lock, null)
  if (recovered !== null && recovered.how !== "close" && needsPerson(recovered))
    return resultOf(recovered.journal, session.steps)
  const observed = await observeHeld(session, lock)
  const before = wanted.revision === null ? recovered : null
  // The rollback of an interrupted operation is the one that was requested: no further one follows.
  if (before !== null && hasRolledBack(before) && isRestored(observed.world, before)) {
    const result = resultOf(before.journal, session.steps)
    if (result.outcome !== "rolled-back") return result
    const { error: _notAnError, ...rest } = result
    return { ...rest, exitCode: 0 }
  }
  const toRestore = before === null ? undefined : entryToRestore(observed.world, before)
  const to = toRestore ?? destination(observed.world, wanted.revision)
  return resultOf(
    await goBackTo(session, lock, { cluster, observed, to, reason: wanted.reason }),
    session.steps,
  )
}

/** Goes back to a verified entry, in an operation of its own. */
export async function goBackTo(
  session: DriverSession,
  lock: HeldLock,
  request: {
    readonly cluster: string
    readonly observed: Observation
    readonly to: LedgerEntry
    readonly reason: string
  },
): Promise<StoredJournal> {
  const { world } = request.observed
  const rollbackPlan = plan(session, request.observed, request.cluster, request.to)
  await writePlan(session, rollbackPlan, world, appliedByEntry(world, request.to))
  const journalVersion = request.observed.journal?.version ?? null
  return executePlan(session, lock, rollbackPlan, { journalVersion, rendered: null, reason: request.reason })
}

/** Also when it had turned around by itself, and only its end was cut off. */
function hasRolledBack({ how, journal: { kind, outcome } }: Recovered): boolean {
  return how !== "close" || outcome === "rolled-back" || (kind === "rollback" && outcome === "verified")
}

/** The set that an operation had restored, by its own record. */
function restoredSet({ journal }: Recovered): ReleaseDigests | null {
  const { fallback, target } = planOf(journal)
  return journal.outcome === "rolled-back" ? fallback : journal.kind === "rollback" ? target : null
}

/**
 * Whether the restored set runs now, ready and in traffic. A rollback that was finished just now has been tested; where
 * only the end of an operation was cut off, no driver has tested it since.
 */
export function isRestored(world: World, recovered: Recovered): boolean {
  const back = restoredSet(recovered)
  return recovered.how !== "close" || (back !== null && runs(world, back))
}

/** The entry to restore once more when it does not run; undefined when its verification does not stand any more. */
export function entryToRestore(world: World, recovered: Recovered): LedgerEntry | undefined {
  const back = restoredSet(recovered)
  if (back === null || isRestored(world, recovered)) return undefined
  return verifiedEntries(world.ledger).find(
    (entry) => sameSet(entry.set, back) && holdOn(world.ledger, entry.set) === undefined,
  )
}

function plan(session: DriverSession, observed: Observation, cluster: string, to: LedgerEntry) {
  const facts = {
    members: configuredMembers(session),
    request: session.input.request,
    cluster,
    world: observed.world,
    interrupted: null,
    canLoad: false,
  }
  return planRollback(facts, to)
}

/** @throws USAGE for a revision that does not exist, POLICY_REFUSED for one that is not verified, NOTHING_VERIFIED. */
function destination(world: World, revision: number | null): LedgerEntry {
  return revision === null ? lastOther(world) : ofRevision(world, revision)
}

function lastOther(world: World): LedgerEntry {
  const current = world.current === null ? undefined : entryOfRevision(world.ledger, world.current.revision)
  const entry = verifiedEntries(world.ledger).find(
    (one) =>
      (current === undefined || !sameSet(one.set, current.set)) &&
      holdOn(world.ledger, one.set) === undefined,
  )
  if (entry !== undefined) return entry
  throw new SignalboxError("NOTHING_VERIFIED", {
    what: "there is no verified release to go back to",
    why: `${verifiedEntries(world.ledger).length} verified entries, none of another version that is not held`,
    next: "deploy a good version instead",
  })
}

function ofRevision(world: World, revision: number): LedgerEntry {
  const known = world.revisions.map((one) => one.revision)
  if (!known.includes(revision))
    throw new SignalboxError("USAGE", {
      what: `there is no Helm revision ${revision}`,
      why: `there are ${known.length === 0 ? "none" : known.join(", ")}`,
      next: "see `history`",
    })
  const entry = entryOfRevision(world.ledger, revision)
  if (entry === undefined || !isVerified(world, entry))
    throw new SignalboxError("POLICY_REFUSED", {
      what: `revision ${revision} is not verified`,
      why: whyUnverified(entry),
      next: "name a verified revision: see `history`",
    })
  const hold = holdOn(world.ledger, entry.set)
  if (hold !== undefined)
    throw new SignalboxError("DIGEST_HELD", {
      what: `revision ${revision} (${entry.set.version}) is held`,
      why: hold.reason,
      next: "lift the hold with a reason first",
    })
  return entry
}

/** Also a set that was verified once: a manual test may have failed on it since. */
function isVerified(world: World, { outcome, set }: LedgerEntry): boolean {
  return outcome === "verified" && verifiedEntries(world.ledger).some((entry) => sameSet(entry.set, set))
}

function whyUnverified(entry: LedgerEntry | undefined): string {
  if (entry === undefined) return "Signalbox did not deploy it"
  if (entry.noVerdict !== undefined) return "its load test gave no verdict"
  return entry.kind === "smoke" || entry.kind === "load" || entry.outcome === "verified"
    ? "a later test of it failed"
    : `it was ${entry.outcome}`
}
