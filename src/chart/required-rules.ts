import type { ToolFinding } from "../domain/index.ts"
import { isTestHook } from "./hooks.ts"
import type { ManifestObject } from "./manifest.ts"

type Fields = Readonly<Record<string, unknown>>

/** What a chart is asked for only where a configuration says so: not every workload needs each of it. */
interface RequiredRule {
  readonly message: string
  readonly fix: string
  /** Of each container that goes on running. */
  readonly container?: (container: Fields, workload: Workload) => boolean
  /** Of a workload as a whole. */
  readonly workload?: (workload: Workload) => boolean
}

/** Pods that go on running, and what else was rendered in their namespace. */
interface Workload {
  readonly object: ManifestObject
  readonly pod: Fields
  readonly labels: Fields
  readonly beside: readonly ManifestObject[]
}

const rules = {
  "readiness-probe": {
    message: "is served by a Service and has no readinessProbe: it gets requests before it can answer",
    fix: "set readinessProbe",
    container: (container, workload) => !isServed(workload) || isProbe(container.readinessProbe),
  },
  "liveness-probe": {
    message: "has no livenessProbe: one that hangs is never started again",
    fix: "set livenessProbe",
    container: (container) => isProbe(container.livenessProbe),
  },
  "resource-requests": {
    message: "asks for no CPU or no memory: it is placed on nodes that have none left",
    fix: "set resources.requests.cpu and resources.requests.memory",
    container: ({ resources }) => {
      const { requests, limits } = fields(resources)
      // A limit alone is the request, too.
      return ["cpu", "memory"].every((one) => isAmount(fields(requests)[one] ?? fields(limits)[one]))
    },
  },
  "disruption-budget": {
    message: "has several replicas and no PodDisruptionBudget: draining nodes may stop them all at once",
    fix: "add a PodDisruptionBudget that selects its pods",
    workload: ({ object, labels, beside }) =>
      object.kind === "DaemonSet" ||
      replicasOf(object, beside) <= 1 ||
      beside.some(
        (one) => one.kind === "PodDisruptionBudget" && selects(fields(one.body.spec).selector, labels),
      ),
  },
  "network-policy": {
    message: "is selected by no NetworkPolicy: everything in the cluster reaches it",
    fix: "add a NetworkPolicy whose podSelector selects its pods",
    workload: ({ labels, beside }) =>
      beside.some(
        (one) => one.kind === "NetworkPolicy" && selects(fields(one.body.spec).podSelector, labels),
      ),
  },
} as const satisfies Readonly<Record<string, RequiredRule>>

export type RequiredRuleName = keyof typeof rules

/** Violations of the named rules, by workloads whose pods go on running: not by jobs, hooks and tests. */
export function requiredFindings(
  objects: readonly ManifestObject[],
  names: readonly RequiredRuleName[],
  namespace: string,
  fileOf: (object: ManifestObject) => string,
): readonly ToolFinding[] {
  const placeOf = (object: ManifestObject) => object.namespace ?? namespace
  return objects.flatMap((object) => {
    const beside = objects.filter((one) => placeOf(one) === placeOf(object))
    const workload = workloadOf(object, beside)
    if (workload === null || isTestHook(object)) return []
    return names.flatMap((name) =>
      violations(name, workload).map((one) => finding(name, object, one, fileOf(object))),
    )
  })
}

/** Names of the containers that violate a rule; undefined for the workload itself. */
function violations(name: RequiredRuleName, workload: Workload): readonly (string | undefined)[] {
  const rule: RequiredRule = rules[name]
  const containers = list(workload.pod.containers).map(fields)
  return [
    ...(rule.workload?.(workload) === false ? [undefined] : []),
    ...containers.filter((one) => rule.container?.(one, workload) === false).map((one) => String(one.name)),
  ]
}

function finding(
  name: RequiredRuleName,
  object: ManifestObject,
  container: string | undefined,
  file: string,
): ToolFinding {
  const { message, fix } = rules[name]
  const subject = `${object.kind}/${object.name}`
  return {
    ...{ rule: `policy-${name}`, severity: "medium", location: { file }, fix },
    message: `${subject}${container === undefined ? "" : `, container ${container},`} ${message}`,
    subject: container === undefined ? subject : `${subject}/${container}`,
  }
}

function workloadOf(object: ManifestObject, beside: readonly ManifestObject[]): Workload | null {
  if (!["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(object.kind)) return null
  const template = fields(fields(object.body.spec).template)
  return { object, beside, pod: fields(template.spec), labels: fields(fields(template.metadata).labels) }
}

function isServed({ labels, beside }: Workload): boolean {
  return beside.some(({ kind, body }) => {
    const wanted = Object.entries(fields(fields(body.spec).selector))
    return kind === "Service" && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
  })
}

/** An autoscaler's minimum counts more than the number that it changes. */
function replicasOf({ kind, name, body }: ManifestObject, beside: readonly ManifestObject[]): number {
  const scaler = beside.find((one) => {
    const target = fields(fields(one.body.spec).scaleTargetRef)
    return one.kind === "HorizontalPodAutoscaler" && target.kind === kind && target.name === name
  })
  const count = scaler === undefined ? fields(body.spec).replicas : fields(scaler.body.spec).minReplicas
  return typeof count === "number" ? count : 1
}

/** A selector that is there and empty selects all pods; one that is missing selects none. */
function selects(selector: unknown, labels: Fields): boolean {
  if (typeof selector !== "object" || selector === null) return false
  const { matchLabels, matchExpressions } = fields(selector)
  return (
    Object.entries(fields(matchLabels)).every(([key, value]) => labels[key] === value) &&
    list(matchExpressions)
      .map(fields)
      .every((one) => holds(one, labels))
  )
}

function holds({ key, operator, values }: Fields, labels: Fields): boolean {
  const value = labels[String(key)]
  switch (operator) {
    case "In":
      return value !== undefined && list(values).includes(value)
    case "NotIn":
      return value === undefined || !list(values).includes(value)
    case "Exists":
      return value !== undefined
    case "DoesNotExist":
      return value === undefined
    default:
      return false
  }
}

/** `readinessProbe:` without what is asked is none. */
function isProbe(probe: unknown): boolean {
  return ["httpGet", "tcpSocket", "exec", "grpc"].some(
    (one) => Object.keys(fields(fields(probe)[one])).length > 0,
  )
}

function isAmount(value: unknown): boolean {
  return /[1-9]/.test(String(value ?? ""))
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
