import { type LedgerEntry, SignalboxError } from "../../../domain/index.ts"
import type { HeldLock } from "../../lock/index.ts"
import { planRollback } from "../../plan/index.ts"
import { entryOfRevision, holdOn, isUnfinished, planOf, sameSet, verifiedEntries } from "../../state/index.ts"
import { contradiction, runningOf, type World } from "../../world/index.ts"
import { ensureNamespace, withLock } from "../locked.ts"
import { type CommandResult, done, resultOf } from "../result.ts"
import type { DriverSession } from "../session.ts"
import { carryOut, type Recovered, recover } from "./carry-out.ts"
import { look, lookHeld, type Seen, writePlan } from "./preparation.ts"

/** Back to the last verified set other than the current one, or to a verified Helm revision. Needs no approval. */
export async function rollback(session: DriverSession): Promise<CommandResult> {
  const cluster = await ensureNamespace(session, false)
  const first = await look(session)
  const wanted = session.input.request.rollback ?? {
    revision: null,
    reason: "rolled back by hand",
    rehearse: false,
  }
  if (wanted.rehearse) {
    await writePlan(session, plan(session, first, cluster, destination(first.world, wanted.revision)))
    session.recorder.say("rehearsal: plan.md says what a rollback would do; nothing was changed")
    return done()
  }
  // An unknown or unverified revision, or none at all, is refused before anything is touched.
  const interrupted = isUnfinished(first.journal?.value ?? null)
  if (wanted.revision !== null || !interrupted) destination(first.world, wanted.revision)
  const before = runningOf(first.world)
  const result = await withLock(session, (lock) => goBack(session, lock, cluster, wanted))
  return { ...result, before, after: runningOf((await look(session)).world) }
}

/** Goes back while the environment is held: first settles what was interrupted. */
export async function goBack(
  session: DriverSession,
  lock: HeldLock,
  cluster: string,
  wanted: { readonly revision: number | null; readonly reason: string },
): Promise<CommandResult> {
  const recovered = await recover(session, lock, null)
  const seen = await lookHeld(session, lock)
  const before = wanted.revision === null ? recovered : null
  const undone = before === null ? undefined : undoneSince(seen.world, before)
  // Going back from what was interrupted is what was asked for: no further than that.
  if (before !== null && undone === undefined && wentBack(before)) {
    const result = resultOf(before.journal)
    if (result.outcome !== "rolled-back") return result
    const { error: _notAnError, ...rest } = result
    return { ...rest, exitCode: 0 }
  }
  const made = plan(session, seen, cluster, undone ?? destination(seen.world, wanted.revision))
  await writePlan(session, made)
  const context = { journalVersion: seen.journal?.version ?? null, brought: null, reason: wanted.reason }
  return resultOf(await carryOut(session, lock, made, context))
}

/** Also when it had come to that by itself, and only its end was cut off. */
function wentBack({ how, journal: { kind, outcome } }: Recovered): boolean {
  return how !== "close" || outcome === "rolled-back" || (kind === "rollback" && outcome === "verified")
}

/** Where an operation had gone back to by its own record, if something else runs since: only its end was cut off. */
function undoneSince(world: World, { how, journal }: Recovered): LedgerEntry | undefined {
  const { fallback, target } = planOf(journal)
  const back = journal.outcome === "rolled-back" ? fallback : journal.kind === "rollback" ? target : null
  if (how !== "close" || back === null || contradiction(world, back) === null) return undefined
  return verifiedEntries(world.ledger).find(
    (entry) => sameSet(entry.set, back) && holdOn(world.ledger, entry.set) === undefined,
  )
}

function plan(session: DriverSession, seen: Seen, cluster: string, to: LedgerEntry) {
  const facts = {
    request: session.input.request,
    cluster,
    world: seen.world,
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
  const newest = world.revisions.at(-1)
  const current = newest === undefined ? undefined : entryOfRevision(world.ledger, newest.revision)
  const entry = verifiedEntries(world.ledger).find(
    (one) =>
      (current === undefined || !sameSet(one.set, current.set)) &&
      holdOn(world.ledger, one.set) === undefined,
  )
  if (entry !== undefined) return entry
  throw new SignalboxError("NOTHING_VERIFIED", {
    what: "there is nothing verified to go back to",
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

/** Also a set that was verified once: a test by hand may have failed on it since. */
function isVerified(world: World, { outcome, set }: LedgerEntry): boolean {
  return outcome === "verified" && verifiedEntries(world.ledger).some((entry) => sameSet(entry.set, set))
}

function whyUnverified(entry: LedgerEntry | undefined): string {
  if (entry === undefined) return "Signalbox did not deploy it"
  return entry.kind === "smoke" || entry.kind === "load" || entry.outcome === "verified"
    ? "a later test of it failed"
    : `it was ${entry.outcome}`
}
