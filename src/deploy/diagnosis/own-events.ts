import type { ClusterApi, KubeObject } from "../cluster/index.ts"
import type { Pod } from "../world/index.ts"
import { attempt } from "./attempt.ts"
import { type ClusterEvent, happenedSince } from "./events.ts"

/** Built-in kinds that make pods themselves, and say so by an event when they cannot. */
const collections: Readonly<Record<string, string>> = {
  ReplicaSet: "/apis/apps/v1/namespaces/{namespace}/replicasets",
  StatefulSet: "/apis/apps/v1/namespaces/{namespace}/statefulsets",
  DaemonSet: "/apis/apps/v1/namespaces/{namespace}/daemonsets",
  Job: "/apis/batch/v1/namespaces/{namespace}/jobs",
  ReplicationController: "/api/v1/namespaces/{namespace}/replicationcontrollers",
}

interface Whose {
  readonly namespace: string
  readonly release: string
  /** When the operation began, by the API server's clock; null: not known. */
  readonly since: string | null
  readonly pods: readonly Pod[]
}

/**
 * The events that may tell why an operation failed: since it began, of the release's pods and their controllers. Other
 * applications of the namespace and former operations have theirs, too. Objects are identified by UID: names are
 * reused.
 */
export async function ownEvents(
  api: ClusterApi,
  events: readonly ClusterEvent[],
  whose: Whose,
  missing: string[],
): Promise<readonly ClusterEvent[]> {
  const { since, pods } = whose
  // Without a beginning none is sure to be of this operation; pods tell their own state.
  if (since === null) return []
  const recent = events.filter((one) => happenedSince(one, since))
  const known = new Set(pods.flatMap(({ metadata }) => [metadata.uid, ...ownersOf(metadata)]))
  const about = ({ involvedObject }: ClusterEvent) => involvedObject?.uid ?? ""
  const unclear = recent.filter((one) => one.reason === "FailedCreate" && !known.has(about(one)))
  const makers = await makersOf(api, whose, new Set(unclear.map(kindOf)), missing)
  return recent.filter((one) => known.has(about(one)) || makers.has(about(one)))
}

function kindOf({ involvedObject }: ClusterEvent): string {
  return involvedObject?.kind ?? ""
}

function ownersOf({ ownerReferences = [] }: KubeObject["metadata"]): readonly string[] {
  return ownerReferences.flatMap(({ uid }) => uid ?? [])
}

/** UIDs of what would make pods of the release: by the label of its template that the release's pods are found by. */
async function makersOf(
  api: ClusterApi,
  { namespace, release }: Whose,
  kinds: ReadonlySet<string>,
  missing: string[],
): Promise<ReadonlySet<string>> {
  const uids = new Set<string>()
  for (const [kind, collection] of Object.entries(collections)) {
    if (!kinds.has(kind)) continue
    const path = collection.replace("{namespace}", namespace)
    const objects = await attempt(`${kind}s that could not make pods`, missing, () => api.list(path), [])
    for (const object of objects)
      if (object.metadata.uid !== undefined && instanceOf(object) === release) uids.add(object.metadata.uid)
  }
  return uids
}

function instanceOf({ spec }: KubeObject): string | undefined {
  const { template } = (spec ?? {}) as { readonly template?: Partial<KubeObject> }
  return template?.metadata?.labels?.["app.kubernetes.io/instance"]
}
