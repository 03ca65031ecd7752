import type { DaemonSetSpec, StatefulSetSpec } from "kubernetes-types/apps/v1"
import type { PodSpec } from "kubernetes-types/core/v1"
import type { Loose } from "./loose.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"

/** Pods that a StatefulSet leaves as they are, by its `partition`, and a DaemonSet of which somebody deletes them; else 0. */
export function heldBack({ kind, body }: Pick<ManifestObject, "kind" | "body">): number {
  if (kind === "DaemonSet")
    return ((body.spec ?? {}) as Loose<DaemonSetSpec>).updateStrategy?.type === "OnDelete"
      ? Number.POSITIVE_INFINITY
      : 0
  if (kind !== "StatefulSet") return 0
  const { replicas = 1, updateStrategy } = (body.spec ?? {}) as Loose<StatefulSetSpec>
  if (updateStrategy?.type === "OnDelete") return replicas
  return Math.min(replicas, Math.max(0, updateStrategy?.rollingUpdate?.partition ?? 0))
}

/** What a roll-out will not do, or not come to the end of, though nothing is wrong with the release. */
export function waitWarnings(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
): readonly string[] {
  const parts = withoutHooks(after)
  return [...partitions(parts), ...unmoved(parts), ...unclaimed(before, parts)]
}

/** Workloads that get the new template, and whose pods stay as they are. */
function unmoved(objects: readonly ManifestObject[]): readonly string[] {
  return objects.flatMap(({ kind, name, body }) => {
    const { updateStrategy, paused } = (body.spec ?? {}) as Loose<DaemonSetSpec> & { paused?: unknown }
    if (kind === "DaemonSet" && updateStrategy?.type === "OnDelete")
      return [
        `DaemonSet/${name}: none of its pods gets this release, by its updateStrategy OnDelete, until somebody deletes them`,
      ]
    if (kind === "Deployment" && paused === true)
      return [`Deployment/${name}: none of its pods gets this release while it is paused: spec.paused`]
    return []
  })
}

function partitions(objects: readonly ManifestObject[]): readonly string[] {
  return objects.flatMap((object) => {
    const held = heldBack(object)
    if (held === 0 || object.kind !== "StatefulSet") return []
    const { replicas = 1, updateStrategy } = (object.body.spec ?? {}) as Loose<StatefulSetSpec>
    const why =
      updateStrategy?.type === "OnDelete"
        ? "updateStrategy OnDelete"
        : `updateStrategy.rollingUpdate.partition ${held}`
    return [
      `StatefulSet/${object.name}: ${replicas - held} of ${replicas} pods get this release, by its ${why}; the others keep what they run`,
    ]
  })
}

/**
 * New claims that no pod of the roll-out uses, only a CronJob's or a hook's, or nobody's while a workload has no replica: with a storage class that binds when a pod
 * comes (WaitForFirstConsumer) they stay unbound, and Helm waits for them until its time limit.
 */
function unclaimed(before: readonly ManifestObject[], objects: readonly ManifestObject[]): readonly string[] {
  const known = new Set(before.map(objectKey))
  const used = new Set(objects.filter(hasPods).flatMap(claimsOf))
  return objects
    .filter(
      (one) => one.kind === "PersistentVolumeClaim" && !known.has(objectKey(one)) && !used.has(one.name),
    )
    .map(
      ({ name }) =>
        `PersistentVolumeClaim/${name} is new, and no pod of this roll-out uses it: where its storage class waits for the first pod (WaitForFirstConsumer), Helm waits for it until timeouts.rollout, and the deployment fails`,
    )
}

/** Whether the roll-out starts pods of it. */
function hasPods({ kind, body }: ManifestObject): boolean {
  const { replicas, suspend } = (body.spec ?? {}) as {
    readonly replicas?: unknown
    readonly suspend?: unknown
  }
  return kind !== "CronJob" && replicas !== 0 && !(kind === "Job" && suspend === true)
}

function claimsOf({ kind, body }: ManifestObject): readonly string[] {
  const spec = (
    kind === "Pod" ? body.spec : (body.spec as { template?: { spec?: unknown } } | undefined)?.template?.spec
  ) as Loose<PodSpec> | undefined
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
}
