import { storedBundles } from "../bundles/index.ts"
import { operationOf } from "../helm/index.ts"
import { emptyLedger } from "../state/index.ts"
import { configuredMembers } from "./members.ts"
import type { DriverSession } from "./session.ts"

/**
 * What tells of operations when ledger, journal and Lease are all gone: Helm's revisions carry the operation that made
 * them, and verified releases are stored for rollbacks. Empty where Signalbox has never deployed anything.
 */
export async function tracesOfOperations(session: DriverSession): Promise<readonly string[]> {
  const { environment } = session.input.request
  const { strategy } = configuredMembers(session)
  const { revisions } = await strategy.observe(session.api, environment, emptyLedger(environment.name))
  const operations = new Set(revisions.flatMap((one) => operationOf(one) ?? []))
  const bundles = await storedBundles(session.api, environment.namespace)
  return [
    ...[...operations].map((one) => `Helm has a revision of operation ${one}`),
    ...bundles.map((name) => `ConfigMap ${name} holds a verified release`),
  ]
}
