import type { ManifestObject } from "../../chart/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"

/** How far the workloads of a manifest are. */
export interface Rollout {
  readonly ready: boolean
  /** What is not ready, in words. */
  readonly waitingFor: readonly string[]
}

const collections: Readonly<Record<string, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
}

interface WorkloadState {
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
    readonly desiredNumberScheduled?: number
    readonly updatedNumberScheduled?: number
    readonly numberAvailable?: number
  }
}

/** Whether every workload of a manifest exists and runs its newest template with all replicas available. */
export async function readRollout(
  api: ClusterApi,
  namespace: string,
  objects: readonly ManifestObject[],
): Promise<Rollout> {
  const workloads = objects.filter((object) => object.kind in collections)
  const kinds = [...new Set(workloads.map((one) => one.kind))]
  const lists = await Promise.all(
    kinds.map((kind) => api.list(`/apis/apps/v1/namespaces/${namespace}/${collections[kind] ?? ""}`)),
  )
  const live = new Map<string, KubeObject>(
    kinds.flatMap((kind, index): [string, KubeObject][] =>
      (lists[index] ?? []).map((object) => [`${kind}/${object.metadata.name}`, object]),
    ),
  )
  const waitingFor = workloads.flatMap((one) => {
    const key = `${one.kind}/${one.name}`
    const object = live.get(key)
    const problem = object === undefined ? "does not exist" : lag(one.kind, object)
    return problem === null ? [] : [`${key} ${problem}`]
  })
  return { ready: waitingFor.length === 0, waitingFor }
}

function lag(kind: string, object: KubeObject): string | null {
  const { spec, status } = object as unknown as WorkloadState
  if ((status?.observedGeneration ?? 0) < (object.metadata.generation ?? 0)) return "is not yet observed"
  const [wanted, total, updated, available] =
    kind === "DaemonSet"
      ? [
          status?.desiredNumberScheduled ?? 0,
          status?.desiredNumberScheduled ?? 0,
          status?.updatedNumberScheduled ?? 0,
          status?.numberAvailable ?? 0,
        ]
      : [
          spec?.replicas ?? 1,
          status?.replicas ?? 0,
          status?.updatedReplicas ?? 0,
          status?.availableReplicas ?? 0,
        ]
  if (updated < wanted) return `has ${updated} of ${wanted} pods updated`
  if (total > wanted) return `has ${total - wanted} old pods left`
  if (available < wanted) return `has ${available} of ${wanted} pods available`
  return null
}
