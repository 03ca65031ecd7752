import { oneLine, type ReleaseDigests, SignalboxError, type TestKind } from "../../domain/index.ts"
import { append, deploymentOfRevision, isUnfinished } from "../state/index.ts"
import { withLock } from "./locked.ts"
import { type Observation, observeHeld } from "./observation.ts"
import type { DriverSession } from "./session.ts"

/** What was tested: the set, the Helm revision that it ran in, and how long the ledger was then. */
export interface Tested {
  readonly set: ReleaseDigests
  readonly revision: number
  readonly sequence: number
}

/** What runs now, by Helm and by the ledger. @throws USAGE when Signalbox did not deploy it. */
export function testedNow(session: DriverSession, { world }: Observation): Tested {
  const revision = world.current?.revision
  const entry = revision === undefined ? undefined : deploymentOfRevision(world.ledger, revision)
  if (revision !== undefined && entry !== undefined)
    return { set: entry.set, revision, sequence: world.ledger.entries.at(-1)?.sequence ?? 0 }
  throw new SignalboxError("USAGE", {
    what: `nothing that Signalbox deployed runs in ${session.input.request.environment.name}`,
    next: "deploy a release first",
  })
}

/**
 * Revokes the verification of a set on which a manual test has failed. The test itself runs without the lock, so that a
 * long one never stands in the way of a rollback; it counts only if nothing else was done here meanwhile.
 * @throws LOCKED, CLUSTER_UNREACHABLE: then nothing is recorded, and the caller's own failure is not the whole story.
 */
export async function revoke(
  session: DriverSession,
  tested: Tested,
  kind: TestKind,
  why: string,
): Promise<void> {
  await withLock(session, async (lock) => {
    const observed = await observeHeld(session, lock)
    const { ledger } = observed.world
    const deployment = deploymentOfRevision(ledger, tested.revision)
    if (deployment === undefined || !isAsTested(session, observed, tested)) {
      session.recorder.say(`not recorded: something else was done here while the ${kind} test ran`)
      return
    }
    const { holder, operation, evidence } = session.input.request
    const next = append(ledger, {
      operation,
      kind,
      fence: lock.fence,
      at: session.clock.now().toISOString(),
      by: holder.who,
      set: tested.set,
      revision: tested.revision,
      outcome: "failed",
      planHash: deployment.planHash,
      ...(evidence === null ? {} : { evidence }),
      reason: oneLine(why).slice(0, 300),
    })
    lock.assertHeld()
    await session.store.writeLedger(next, observed.ledgerVersion)
    session.recorder.say(`the verification of ${tested.set.version} is revoked`)
  })
}

/**
 * The same for a test that has failed: that is its result, also where nothing could be recorded.
 * @returns why not, in words; null where it is recorded, or something else was done meanwhile.
 */
export async function revokeOrWhyNot(
  session: DriverSession,
  tested: Tested,
  kind: TestKind,
  why: string,
): Promise<string | null> {
  try {
    await revoke(session, tested, kind, why)
    return null
  } catch (error) {
    if (!(error instanceof SignalboxError) || session.interrupt.aborted) throw error
    const { what, why: reason } = error.detail
    return `the verification of ${tested.set.version} is not revoked: ${what}${reason === undefined ? "" : ` (${reason})`}`
  }
}

function isAsTested(session: DriverSession, observed: Observation, tested: Tested): boolean {
  if (isUnfinished(observed.journal?.value ?? null)) return false
  const now = testedNow(session, observed)
  return now.revision === tested.revision && now.sequence === tested.sequence
}
