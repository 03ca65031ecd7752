import { SignalboxError } from "../../domain/index.ts"
import { ConflictError } from "../cluster/index.ts"
import { acquireLock, HeldLock } from "../lock/index.ts"
import { emptyLedger, type StoredJournal, type StoredLedger, type Versioned } from "../state/index.ts"
import { namespaceUid } from "../world/index.ts"
import { lossOf } from "./lost-state.ts"
import type { DriverSession } from "./session.ts"

/**
 * Does something while this run holds the environment. The ledger exists from the first time on, so that a lost one is
 * noticed: it must never lift a hold.
 */
export async function withLock<T>(session: DriverSession, act: (lock: HeldLock) => Promise<T>): Promise<T> {
  const { api, clock, input, recorder } = session
  const { environment, holder, operation } = input.request
  const request = {
    environment: environment.name,
    namespace: environment.namespace,
    holder,
    operation,
    settings: environment.lock,
    knownFence: await knownFence(session),
  }
  const acquired = await acquireLock(api, clock, request, (line) => recorder.say(`lock: ${line}`))
  recorder.say(`lock: held as number ${acquired.fence}`)
  session.held = { operation, fence: acquired.fence }
  const lock = new HeldLock(api, clock, request, acquired).start()
  try {
    return await act(lock)
  } finally {
    session.children.killAll()
    await lock.release()
  }
}

/** Highest fencing number that ledger and journal know. Begins an empty ledger where nothing was ever deployed. */
async function knownFence(session: DriverSession): Promise<number> {
  const { store, input } = session
  const { environment } = input.request
  const { ledger, journal } = await readState(session)
  if (ledger === null) await store.writeLedger(emptyLedger(environment.name), null)
  return Math.max(ledger?.value.fence ?? 0, journal?.value.fence ?? 0)
}

/**
 * Journal and ledger; the ledger is null where nothing was ever done here.
 * @throws STATE_DAMAGED for a Lease, a journal, a revision or a stored release of ours without a ledger, or with a blank
 * one that knows none of them: operations were run here, and what they held is not known any more.
 */
export async function readState(session: DriverSession): Promise<{
  readonly ledger: Versioned<StoredLedger> | null
  readonly journal: Versioned<StoredJournal> | null
}> {
  const { environment } = session.input.request
  const state = await readBoth(session)
  if ((await lossOf(session, state.ledger?.value ?? null, state.journal?.value ?? null)) === null)
    return state
  // Another first run may just have begun: it writes ledger and journal before it takes the Lease and deploys, so that
  // they are there by now.
  const again = await readBoth(session)
  const traces = await lossOf(session, again.ledger?.value ?? null, again.journal?.value ?? null)
  if (traces === null) return again
  throw new SignalboxError("STATE_DAMAGED", {
    what: `the ledger of ${environment.name} is lost`,
    where: `ConfigMap signalbox-ledger in namespace ${environment.namespace}`,
    why: `operations were run here before, and what they held and verified is not known${traces.length === 0 ? "" : `: ${traces.slice(0, 3).join("; ")}`}`,
    next: `rebuild it from the evidence: dagger call status --environment ${environment.name} --repair`,
  })
}

async function readBoth({ store }: DriverSession) {
  const [ledger, journal] = await Promise.all([store.readLedger(), store.readJournal()])
  return { ledger, journal }
}

/**
 * UID of the environment's namespace. A missing one is created, unless the environment is protected.
 * @throws CONFIG_INVALID when a protected environment's namespace is missing.
 */
export async function ensureNamespace(session: DriverSession, create: boolean): Promise<string> {
  const { environment } = session.input.request
  const uid = await namespaceUid(session.api, environment.namespace)
  session.cluster = uid
  if (uid !== null) return uid
  if (environment.protected || !create) {
    if (!environment.protected) return "no namespace yet"
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no namespace ${environment.namespace}`,
      where: `environment ${environment.name}`,
      next: "create it with the rights that this environment's kubeconfig needs; a protected one is never made",
    })
  }
  session.recorder.say(`namespace ${environment.namespace}: created`)
  try {
    await session.api.create("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: environment.namespace, labels: { "app.kubernetes.io/managed-by": "signalbox" } },
    })
  } catch (error) {
    // Another run created it first.
    if (!(error instanceof ConflictError)) throw error
  }
  session.cluster = await namespaceUid(session.api, environment.namespace)
  return session.cluster ?? "no namespace yet"
}
