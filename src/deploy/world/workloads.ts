import type { DaemonSetStatus, DeploymentSpec, DeploymentStatus } from "kubernetes-types/apps/v1"
import type { HorizontalPodAutoscalerSpec } from "kubernetes-types/autoscaling/v2"
import { heldBack, type Loose, type ManifestObject } from "../../chart/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"
import { digestIn } from "./pods.ts"

/** How far the workloads of a manifest are. */
export interface Rollout {
  readonly ready: boolean
  /** What is not ready, in words. */
  readonly waitingFor: readonly string[]
  /** Workloads that differ from their manifest: waiting does not restore them. */
  readonly changed: readonly string[]
}

const collections: Readonly<Record<string, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
}

/** What Deployments, StatefulSets and DaemonSets have; each has a part of it. */
type WorkloadState = Loose<{
  spec?: DeploymentSpec
  status?: DeploymentStatus & DaemonSetStatus
}>

/** Whatever tells another object's number of pods. */
type Scaler = Loose<{ spec?: HorizontalPodAutoscalerSpec }>

/**
 * Whether every workload of a manifest exists as it is there, and runs its newest template with all replicas available.
 * Another number of replicas than the manifest's is as good, except none.
 */
export async function readRollout(
  api: Pick<ClusterApi, "list">,
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
  const problems = (of: (one: ManifestObject, object: KubeObject | undefined) => string | null) =>
    workloads.flatMap((one) => {
      const key = `${one.kind}/${one.name}`
      const problem = of(one, live.get(key))
      return problem === null ? [] : [`${key} ${problem}`]
    })
  const changed = problems((one, object) => difference(one, object, fewestPods(one, objects)))
  const late = problems(({ kind }, object) => (object === undefined ? null : lag(kind, object)))
  const waitingFor = [...changed, ...late]
  return { ready: waitingFor.length === 0, waitingFor, changed }
}

/** How many pods a manifest leaves a workload with at the least. Without a word of it the API server makes one. */
function fewestPods(workload: ManifestObject, objects: readonly ManifestObject[]): number {
  const { replicas } = (workload.body as WorkloadState).spec ?? {}
  if (typeof replicas === "number") return replicas
  const scaler = objects
    .map((one) => ({ kind: one.kind, spec: (one.body as Scaler).spec }))
    .find(
      ({ spec }) =>
        spec?.scaleTargetRef?.name === workload.name &&
        (spec.scaleTargetRef.kind ?? "Deployment") === workload.kind,
    )
  // Other scalers than Kubernetes' own go to nothing while there is nothing to do.
  if (scaler !== undefined && scaler.kind !== "HorizontalPodAutoscaler") return 0
  return scaler?.spec?.minReplicas ?? 1
}

/** What another client has removed from a workload, compared with its manifest. */
function difference(wanted: ManifestObject, object: KubeObject | undefined, replicas: number): string | null {
  if (object === undefined) return "does not exist"
  const [planned, there] = [wanted.body as WorkloadState, object as unknown as WorkloadState]
  const running = there.spec?.replicas ?? 1
  // No autoscaler goes to nothing by itself; fewer pods than the manifest's may be one's doing.
  if (running === 0 && replicas > 0) return `is scaled to 0 of ${replicas} pods`
  const images = new Map(imagesOf(there))
  const other = imagesOf(planned).find(([name, digest]) => (images.get(name) ?? digest) !== digest)
  return other === undefined ? null : `has another image in ${other[0]}`
}

/** Digests by container: what is named by a tag may be named otherwise by an admission controller. */
function imagesOf({ spec }: WorkloadState): readonly (readonly [string, string])[] {
  return (spec?.template?.spec?.containers ?? []).flatMap(({ name, image }) =>
    digestIn(image).map((digest) => [name, digest] as const),
  )
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
  const renewed = wanted - heldBack({ kind, body: { spec } })
  if (updated < renewed) return `has ${updated} of ${renewed} pods updated`
  if (total > wanted) return `has ${total - wanted} old pods left`
  if (available < wanted) return `has ${available} of ${wanted} pods available`
  return null
}
