import type { StatefulSetSpec } from "kubernetes-types/apps/v1"
import type { PodSpec } from "kubernetes-types/core/v1"
import type { Loose } from "./loose.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"

/** Pods that a StatefulSet leaves as they are, by its `partition`; 0 for all other workloads. */
export function heldBack({ kind, body }: Pick<ManifestObject, "kind" | "body">): number {
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
  return [...partitions(parts), ...unclaimed(before, parts)]
}

function partitions(objects: readonly ManifestObject[]): readonly string[] {
  return objects.flatMap((object) => {
    const held = heldBack(object)
    if (held === 0) return []
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
 * New claims that no pod of the roll-out uses, only a CronJob's or a hook's: with a storage class that binds when a pod
 * comes (WaitForFirstConsumer) they stay unbound, and Helm waits for them until its time limit.
 */
function unclaimed(before: readonly ManifestObject[], objects: readonly ManifestObject[]): readonly string[] {
  const known = new Set(before.map(objectKey))
  const used = new Set(objects.filter(({ kind }) => kind !== "CronJob").flatMap(claimsOf))
  return objects
    .filter(
      (one) => one.kind === "PersistentVolumeClaim" && !known.has(objectKey(one)) && !used.has(one.name),
    )
    .map(
      ({ name }) =>
        `PersistentVolumeClaim/${name} is new, and no pod of this roll-out uses it: where its storage class waits for the first pod (WaitForFirstConsumer), Helm waits for it until timeouts.rollout, and the deployment fails`,
    )
}

function claimsOf({ kind, body }: ManifestObject): readonly string[] {
  const spec = (
    kind === "Pod" ? body.spec : (body.spec as { template?: { spec?: unknown } } | undefined)?.template?.spec
  ) as Loose<PodSpec> | undefined
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
}
