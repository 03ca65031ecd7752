import type { ToolFinding } from "../domain/index.ts"
import type { ManifestObject } from "./manifest.ts"

type Fields = Readonly<Record<string, unknown>>

/** Kinds whose pods a drain evicts; those of a DaemonSet stay on their node. */
const movable = ["Deployment", "ReplicaSet", "StatefulSet"]

/**
 * Disruption budgets that allow no disruption: as many pods must stay as there are, so that no node can be drained.
 * Counts all workloads that the budget selects, and an autoscaler's minimum where there is one.
 */
export function budgetFindings(objects: readonly ManifestObject[]): readonly ToolFinding[] {
  return objects
    .filter((object) => object.kind === "PodDisruptionBudget")
    .flatMap((budget) => {
      const spec = fields(budget.body.spec)
      const wanted = Object.entries(fields(fields(spec.selector).matchLabels))
      const workloads = objects.filter((object) => wanted.length > 0 && matches(object, wanted))
      const replicas = workloads.reduce((sum, workload) => sum + replicasOf(workload, objects), 0)
      return replicas === 0 || disruptible(spec, replicas) > 0 ? [] : [finding(budget, workloads, replicas)]
    })
}

function matches(object: ManifestObject, wanted: readonly (readonly [string, unknown])[]): boolean {
  if (!movable.includes(object.kind)) return false
  const template = fields(fields(object.body.spec).template)
  const labels = fields(fields(template.metadata).labels)
  return wanted.every(([key, value]) => labels[key] === value)
}

function replicasOf(workload: ManifestObject, objects: readonly ManifestObject[]): number {
  const scaler = objects.find((object) => {
    const target = fields(fields(object.body.spec).scaleTargetRef)
    return (
      object.kind === "HorizontalPodAutoscaler" &&
      target.kind === workload.kind &&
      target.name === workload.name
    )
  })
  const count =
    scaler === undefined ? fields(workload.body.spec).replicas : fields(scaler.body.spec).minReplicas
  return typeof count === "number" ? count : 1
}

/** Kubernetes rounds percentages up, for `minAvailable` and for `maxUnavailable`. */
function disruptible(spec: Fields, replicas: number): number {
  if (spec.maxUnavailable !== undefined) return Math.min(replicas, share(spec.maxUnavailable, replicas))
  return replicas - share(spec.minAvailable ?? 1, replicas)
}

function share(value: unknown, of: number): number {
  if (typeof value === "number") return value
  return Math.ceil((Number.parseFloat(String(value)) * of) / 100)
}

function finding(
  budget: ManifestObject,
  workloads: readonly ManifestObject[],
  replicas: number,
): ToolFinding {
  const place = `${budget.kind}/${budget.name}`
  const names = workloads.map(({ kind, name }) => `${kind}/${name}`).join(" and ")
  return {
    rule: "budget-blocks-drains",
    severity: "medium",
    message: `${place} lets none of the ${replicas} pods of ${names} go: no node can be drained`,
    ...(budget.source === null ? {} : { location: { file: budget.source } }),
    fix: "keep minAvailable below the number of replicas, or leave the budget out with one replica",
    subject: place,
  }
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {}
}
