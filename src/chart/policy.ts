import type { ToolFinding } from "../domain/index.ts"
import { isTestHook } from "./hooks.ts"
import type { ManifestObject } from "./manifest.ts"

/** The rules for every pod, of a project's own chart and of Signalbox's. */
interface Rule {
  readonly id: string
  readonly message: string
  readonly fix: string
  /** Of a whole pod. */
  readonly pod?: (pod: Fields) => boolean
  /** Of each container, with what the pod says for all of them. */
  readonly container?: (container: Fields, pod: Fields) => boolean
}

type Fields = Readonly<Record<string, unknown>>

const rules: readonly Rule[] = [
  {
    id: "privileged",
    message: "runs privileged",
    fix: "leave out securityContext.privileged",
    container: (container, pod) =>
      isOff(security(container).privileged) &&
      [container, pod].every((holder) => isOff(fields(security(holder).windowsOptions).hostProcess)),
  },
  {
    id: "proc-mount",
    message: "sees all of /proc",
    fix: "leave out securityContext.procMount",
    container: (container) =>
      [undefined, null, "Default"].includes(security(container).procMount as undefined),
  },
  {
    id: "privilege-escalation",
    message: "may gain privileges",
    fix: "set securityContext.allowPrivilegeEscalation: false",
    container: (container) => security(container).allowPrivilegeEscalation === false,
  },
  {
    id: "root-user",
    message: "may run as root",
    fix: "set securityContext.runAsNonRoot: true and a runAsUser above 0",
    container: (container, pod) => {
      const { runAsNonRoot = security(pod).runAsNonRoot, runAsUser = security(pod).runAsUser } =
        security(container)
      return runAsNonRoot === true && runAsUser !== 0
    },
  },
  {
    id: "writable-root",
    message: "has a writable root file system",
    fix: "set securityContext.readOnlyRootFilesystem: true",
    container: (container) => security(container).readOnlyRootFilesystem === true,
  },
  {
    id: "capabilities",
    message: "keeps capabilities",
    fix: "set securityContext.capabilities.drop: [ALL] and add none",
    container: (container) => {
      const { drop, add } = fields(security(container).capabilities)
      return list(drop).includes("ALL") && list(add).length === 0
    },
  },
  {
    id: "seccomp",
    message: "has no seccomp profile",
    fix: "set securityContext.seccompProfile.type: RuntimeDefault",
    container: (container, pod) => {
      const { type } = fields(security(container).seccompProfile ?? security(pod).seccompProfile)
      return type === "RuntimeDefault" || type === "Localhost"
    },
  },
  {
    id: "image-digest",
    message: "names an image without a digest",
    fix: "name it as repository@sha256:…",
    container: ({ image }) => typeof image === "string" && /@sha256:[0-9a-f]{64}$/.test(image),
  },
  {
    id: "memory-limit",
    message: "has no memory limit",
    fix: "set resources.limits.memory",
    // `memory:` without a value is none, and 0 is no limit.
    container: (container) => /[1-9]/.test(String(fields(fields(container.resources).limits).memory ?? "")),
  },
  {
    id: "host-namespace",
    message: "shares a namespace of the host",
    fix: "leave out hostNetwork, hostPID and hostIPC",
    pod: (pod) => isOff(pod.hostNetwork) && isOff(pod.hostPID) && isOff(pod.hostIPC),
  },
  {
    id: "host-path",
    message: "mounts a directory of the host",
    fix: "use an emptyDir or a claim instead of hostPath",
    pod: (pod) => list(pod.volumes).every((volume) => fields(volume).hostPath === undefined),
  },
]

/** Violations in rendered manifests, in the pods of any kind. */
export function checkPolicy(
  objects: readonly ManifestObject[],
  fileOf: (object: ManifestObject) => string,
): ToolFinding[] {
  return objects.flatMap((object) => [
    ...podsOf(object).flatMap((pod) => violations(pod, object, fileOf(object))),
    ...hostVolume(object, fileOf(object)),
  ])
}

/** A volume of the host, which a pod may mount through a claim: its own manifest shows the claim alone. */
function hostVolume(object: ManifestObject, file: string): readonly ToolFinding[] {
  const spec = fields(object.body.spec)
  const isOfHost = [spec.hostPath, spec.local].some((one) => one !== undefined && one !== null)
  const rule = rules.find(({ id }) => id === "host-path")
  if (object.kind !== "PersistentVolume" || !isOfHost || rule === undefined) return []
  return [violation(rule, object, undefined, file)]
}

function violations(pod: Fields, object: ManifestObject, file: string): readonly ToolFinding[] {
  const containers = [
    ...list(pod.initContainers),
    ...list(pod.containers),
    ...list(pod.ephemeralContainers),
  ].map(fields)
  return rules.flatMap((rule) => [
    ...(rule.pod?.(pod) === false ? [violation(rule, object, undefined, file)] : []),
    ...containers
      .filter((container) => rule.container?.(container, pod) === false)
      .map((container) => violation(rule, object, String(container.name), file)),
  ])
}

function violation(
  rule: Rule,
  object: ManifestObject,
  container: string | undefined,
  file: string,
): ToolFinding {
  const test = isTestHook(object) ? " (a pod of helm test)" : ""
  const place = `${object.kind}/${object.name}${test}${container === undefined ? "" : `, container ${container},`}`
  return {
    rule: `policy-${rule.id}`,
    severity: "high",
    message: `${place} ${rule.message}`,
    location: { file },
    fix: rule.fix,
    subject: `${object.kind}/${object.name}${container === undefined ? "" : `/${container}`}`,
  }
}

/** Whether pods are made of it: a workload of any kind. */
export function runsPods(object: ManifestObject): boolean {
  return podsOf(object).length > 0
}

/** At the place that Kubernetes' own kinds have, and wherever another kind has a list of containers, or one with an image. */
function podsOf(object: ManifestObject): readonly Fields[] {
  const own = podOf(object)
  const others = object.kind === "CustomResourceDefinition" ? [] : podsIn(object.body)
  return [...new Set([...(own === undefined ? [] : [own]), ...others])]
}

function podOf({ kind, body }: ManifestObject): Fields | undefined {
  const spec = fields(body.spec)
  if (kind === "Pod") return spec
  const holder =
    kind === "CronJob" ? fields(fields(spec.jobTemplate).spec) : kind === "PodTemplate" ? body : spec
  const template = fields(holder.template)
  return template.spec === undefined ? undefined : fields(template.spec)
}

function podsIn(value: unknown): readonly Fields[] {
  if (typeof value !== "object" || value === null) return []
  const { containers, initContainers, container } = fields(value)
  if (Array.isArray(containers) || Array.isArray(initContainers)) return [fields(value)]
  // As a template of Argo Workflows has it.
  const single = typeof fields(container).image === "string" ? [{ ...value, containers: [container] }] : []
  return [...single, ...Object.values(value).flatMap(podsIn)]
}

function security(holder: Fields): Fields {
  return fields(holder.securityContext)
}

/** Only what is surely off passes. */
function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === false
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
