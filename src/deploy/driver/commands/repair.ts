import { SignalboxError } from "../../../domain/index.ts"
import { acquireLock, HeldLock, readLeaseFence } from "../../lock/index.ts"
import type { StoredLedger } from "../../state/index.ts"
import { ensureNamespace } from "../locked.ts"
import { type CommandResult, done } from "../result.ts"
import type { DriverSession } from "../session.ts"

/**
 * Restores a ledger that was lost or damaged, from the evidence of the last operation, under the lock. One that can be
 * read is never replaced. The fencing number goes on from the highest that is known.
 */
export async function repair(session: DriverSession): Promise<CommandResult> {
  const { environment, holder, operation, repair: wanted } = session.input.request
  if (wanted === null)
    throw new SignalboxError("USAGE", { what: "repair needs the ledger.json of the last operation" })
  await ensureNamespace(session, false)
  if (await isReadable(session))
    throw new SignalboxError("USAGE", {
      what: `the ledger of ${environment.name} is there and whole`,
      next: "there is nothing to repair",
    })
  const given = wanted.ledger as StoredLedger
  if (given.environment !== environment.name)
    throw new SignalboxError("USAGE", {
      what: `this is the ledger of ${given.environment}, not of ${environment.name}`,
    })
  const { namespace } = environment
  const knownFence = Math.max(given.fence, (await readLeaseFence(session.api, namespace)) ?? 0)
  const request = {
    environment: environment.name,
    namespace,
    holder,
    operation,
    settings: environment.lock,
    knownFence,
  }
  const acquired = await acquireLock(session.api, session.clock, request, (line) =>
    session.recorder.say(line),
  )
  const lock = new HeldLock(session.api, session.clock, request, acquired).start()
  try {
    lock.assertHeld()
    await session.store.restoreLedger({ ...given, fence: acquired.fence })
    session.recorder.say(
      `the ledger is restored: ${given.entries.length} entries, ${given.holds.length} holds`,
    )
  } finally {
    await lock.release()
  }
  return { ...done(), fence: acquired.fence }
}

async function isReadable(session: DriverSession): Promise<boolean> {
  try {
    return (await session.store.readLedger()) !== null
  } catch (error) {
    if (error instanceof SignalboxError && error.code === "STATE_DAMAGED") return false
    throw error
  }
}
