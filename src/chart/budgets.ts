import type { Finding } from "../domain/index.ts"
import type { ManifestObject } from "./manifest.ts"

type Fields = Readonly<Record<string, unknown>>

/**
 * Disruption budgets that leave nothing to be disrupted: as many pods must stay as there are, so that no node can ever
 * be drained. Counts an autoscaler's minimum where there is one.
 */
export function budgetFindings(objects: readonly ManifestObject[]): readonly Finding[] {
  return objects
    .filter((object) => object.kind === "PodDisruptionBudget")
    .flatMap((budget) => {
      const spec = fields(budget.body.spec)
      const wanted = Object.entries(fields(fields(spec.selector).matchLabels))
      const workload = objects.find((object) => wanted.length > 0 && matches(object, wanted))
      if (workload === undefined) return []
      const replicas = replicasOf(workload, objects)
      return disruptible(spec, replicas) > 0 ? [] : [finding(budget, workload, replicas)]
    })
}

function matches(object: ManifestObject, wanted: readonly (readonly [string, unknown])[]): boolean {
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

/** Kubernetes rounds percentages up: of what must stay, and of what may go. */
function disruptible(spec: Fields, replicas: number): number {
  if (spec.maxUnavailable !== undefined) return Math.min(replicas, share(spec.maxUnavailable, replicas))
  return replicas - share(spec.minAvailable ?? 1, replicas)
}

function share(value: unknown, of: number): number {
  if (typeof value === "number") return value
  return Math.ceil((Number.parseFloat(String(value)) * of) / 100)
}

function finding(budget: ManifestObject, workload: ManifestObject, replicas: number): Finding {
  const place = `${budget.kind}/${budget.name}`
  return {
    gate: "charts",
    rule: "budget-blocks-drains",
    severity: "medium",
    message: `${place} lets none of the ${replicas} pods of ${workload.kind}/${workload.name} go: no node can be drained`,
    ...(budget.source === null ? {} : { location: { file: budget.source } }),
    fix: "keep minAvailable below the number of replicas, or leave the budget out with one replica",
    subject: place,
  }
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {}
}
