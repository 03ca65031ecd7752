import { secretsIn } from "../../chart/index.ts"
import { sha256 } from "../../domain/index.ts"
import { appliedBy } from "../helm/index.ts"
import type { HeldLock } from "../lock/index.ts"
import { emptyLedger, type StoredJournal, type Versioned } from "../state/index.ts"
import type { World } from "../world/index.ts"
import { readState } from "./locked.ts"
import { strategyHere } from "./members.ts"
import { assertNamespaceOwner } from "./namespace-owner.ts"
import type { DriverSession } from "./session.ts"

/** The observed world, and the versions in which the state was read. */
export interface Observation {
  readonly world: World
  readonly ledgerVersion: string | null
  readonly journal: Versioned<StoredJournal> | null
}

/**
 * Reads the world that decisions are based on.
 * @throws STATE_DAMAGED when the ledger was lost: it must never lift a hold; CONFIG_INVALID when the state is
 * another project's or environment's.
 */
export async function observe(session: DriverSession): Promise<Observation> {
  const { environment } = session.input.request
  const { ledger, journal } = await readState(session)
  assertNamespaceOwner(session.input.request, ledger?.value ?? null, journal?.value ?? null)
  const strategy = strategyHere(session, journal?.value ?? null)
  const known = ledger?.value ?? emptyLedger(environment.name)
  const world = await strategy.observe(session.api, environment, known)
  learnRevisions(session, world)
  return { world, ledgerVersion: ledger?.version ?? null, journal }
}

/** Deployed manifests may hold secrets, which no plan may show and which tools quote. */
function learnRevisions({ secrets, learnt }: DriverSession, { revisions }: World): void {
  for (const revision of revisions) {
    const known = sha256(revision.manifest + (revision.hooks ?? ""))
    if (learnt.has(known)) continue
    learnt.add(known)
    secrets.learn(secretsIn(appliedBy(revision)))
  }
}

/** The same while this run holds the environment. @throws LOCK_LOST when a later holder has written since. */
export async function observeHeld(session: DriverSession, lock: HeldLock): Promise<Observation> {
  const observed = await observe(session)
  lock.assertLast(Math.max(observed.journal?.value.fence ?? 0, observed.world.ledger.fence))
  return observed
}
