import { storedBundles } from "../bundles/index.ts"
import { operationOf } from "../helm/index.ts"
import { readLeaseFence } from "../lock/index.ts"
import { emptyLedger, isBlank, isUnfinished, type StoredJournal, type StoredLedger } from "../state/index.ts"
import { configuredMembers } from "./members.ts"
import type { DriverSession } from "./session.ts"

/**
 * What tells of operations that the ledger does not know: it was deleted, or a blank one is in its place. Null where
 * nothing does. Where Lease or journal alone tell of them, the list is empty.
 */
export async function lossOf(
  session: DriverSession,
  ledger: StoredLedger | null,
  journal: StoredJournal | null,
): Promise<readonly string[] | null> {
  if (ledger !== null && !isBlank(ledger)) return null
  if (ledger === null && journal !== null) return []
  const { namespace } = session.input.request.environment
  if (ledger === null && (await readLeaseFence(session.api, namespace)) !== null) return []
  // The first operation of all is in the journal, and in the ledger only when it ends.
  const first = isUnfinished(journal) ? journal.operation : null
  const traces = await tracesOfOperations(session, first)
  const verified =
    journal?.outcome === "verified"
      ? [`the journal says that operation ${journal.operation} was verified`]
      : []
  const all = [...verified, ...traces]
  return all.length === 0 ? null : all
}

/**
 * What else tells of operations: Helm's revisions carry the operation that made them, and verified releases are stored
 * for rollbacks. Empty where Signalbox has never deployed anything.
 * @param running an operation that is not over: its own traces prove nothing.
 */
async function tracesOfOperations(
  session: DriverSession,
  running: string | null,
): Promise<readonly string[]> {
  const { environment } = session.input.request
  const { strategy } = configuredMembers(session)
  const { revisions } = await strategy.observe(session.api, environment, emptyLedger(environment.name))
  const operations = new Set(revisions.flatMap((one) => operationOf(one) ?? []))
  if (running !== null) operations.delete(running)
  const bundles = running === null ? await storedBundles(session.api, environment.namespace) : []
  return [
    ...[...operations].map((one) => `Helm has a revision of operation ${one}`),
    ...bundles.map((name) => `ConfigMap ${name} holds a verified release`),
  ]
}
