import { SignalboxError } from "../../../domain/index.ts"
import { entryOfRevision, hold as holdSet, lift as liftHolds, type StoredLedger } from "../../state/index.ts"
import type { World } from "../../world/index.ts"
import { ensureNamespace, withLock } from "../locked.ts"
import { observe, observeHeld } from "../observation.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"

/** Refuses a version here until it is lifted. */
export async function hold(session: DriverSession): Promise<CommandResult> {
  const wanted = session.input.request.hold
  if (wanted === null)
    throw new SignalboxError("USAGE", { what: "a hold needs a reason", next: "add --reason TEXT" })
  return change(session, (world) => {
    const set = setOf(world, wanted.version)
    const { operation } = session.input.request
    const why = { since: session.clock.now().toISOString(), reason: wanted.reason, operation }
    const ledger = holdSet(world.ledger, set, null, why)
    const held = ledger === world.ledger ? "is already held" : `is held: ${wanted.reason}`
    return { ledger, message: `${set.version} ${held}` }
  })
}

/** Lifts holds, with the reason and who did it. */
export async function lift(session: DriverSession): Promise<CommandResult> {
  const wanted = session.input.request.lift
  if (wanted === null)
    throw new SignalboxError("USAGE", { what: "lifting needs a reason", next: "add --reason TEXT" })
  return change(session, (world) => {
    const { holder } = session.input.request
    const why = { at: session.clock.now().toISOString(), by: holder.who, reason: wanted.reason }
    const ledger = liftHolds(world.ledger, wanted.version, why)
    const lifted = ledger.lifted.slice(world.ledger.lifted.length).map((one) => one.hold.version)
    return { ledger, message: `lifted: ${lifted.join(", ")}: ${wanted.reason}` }
  })
}

/** @param make the new ledger, and the line to print; throws what is refused. */
async function change(
  session: DriverSession,
  make: (world: World) => { readonly ledger: StoredLedger; readonly message: string },
): Promise<CommandResult> {
  await ensureNamespace(session, false)
  // What is refused is refused before the environment is locked, and decided again on what is there then.
  make((await observe(session)).world)
  return withLock(session, async (lock) => {
    const observed = await observeHeld(session, lock)
    const { ledger, message } = make(observed.world)
    lock.assertHeld()
    if (ledger !== observed.world.ledger)
      await session.store.writeLedger(
        { ...ledger, fence: Math.max(ledger.fence, lock.fence) },
        observed.ledgerVersion,
      )
    session.recorder.say(message)
    return { ...done(), fence: lock.fence }
  })
}

function setOf(world: World, version: string | null) {
  const { current } = world
  const entry =
    version === null
      ? current && entryOfRevision(world.ledger, current.revision)
      : world.ledger.entries.findLast((one) => one.set.version === version)
  if (entry != null) return entry.set
  throw new SignalboxError("USAGE", {
    what:
      version === null
        ? "nothing that Signalbox deployed runs here"
        : `version ${version} was never deployed here`,
    next: "name a version of `history`",
  })
}
