import type { Container, PodSpec, Volume } from "kubernetes-types/core/v1"
import { canonicalJson, toJson } from "../domain/index.ts"
import type { Loose } from "./loose.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"

type Pod = Loose<PodSpec>

/** How a pod reads a ConfigMap or a Secret. */
type Reading = "as environment variables" | "through subPath" | "as files"

/**
 * ConfigMaps and Secrets that change while the pods that read them do not: Kubernetes starts no pod anew for that, and
 * the tests meet pods with the old values. A checksum of the content in the pod template's annotations starts them anew.
 */
export function reloadWarnings(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
): readonly string[] {
  const old = new Map(before.map((object) => [objectKey(object), object]))
  const parts = withoutHooks(after)
  const changed = parts.filter((object) => {
    const was = old.get(objectKey(object))
    return ["ConfigMap", "Secret"].includes(object.kind) && was !== undefined && !sameContent(was, object)
  })
  return changed.flatMap((settings) =>
    parts.flatMap((workload) => {
      const was = old.get(objectKey(workload))
      const pod = podOf(workload)
      if (was === undefined || pod === undefined || !samePods(was, workload)) return []
      const reading = readingOf(pod, settings)
      return reading === undefined ? [] : [warning(settings, workload, reading)]
    }),
  )
}

function warning(settings: ManifestObject, workload: ManifestObject, reading: Reading): string {
  const stays =
    reading === "as files"
      ? "its pods get the new files within a minute or two, if their program reads them again"
      : "its pods keep the old values"
  const [what, who] = [settings, workload].map(({ kind, name }) => `${kind}/${name}`)
  return `${what} changes; ${who} reads it ${reading} and its pod template does not change: ${stays}. A checksum annotation in the template starts new pods`
}

function sameContent(one: ManifestObject, other: ManifestObject): boolean {
  const content = ({ body }: ManifestObject) =>
    canonicalJson(toJson([body.data ?? null, body.stringData ?? null, body.binaryData ?? null]))
  return content(one) === content(other)
}

function samePods(one: ManifestObject, other: ManifestObject): boolean {
  const template = ({ body }: ManifestObject) =>
    canonicalJson(toJson((body.spec as { template?: unknown } | undefined)?.template ?? null))
  return template(one) === template(other)
}

/** Pods that run on: a Job's or a CronJob's next pod reads what is there then. */
function podOf({ kind, body }: ManifestObject): Pod | undefined {
  if (kind === "Job" || kind === "CronJob") return undefined
  return (body.spec as { template?: { spec?: Pod } } | undefined)?.template?.spec
}

/** The way that hides a change the most; undefined where a pod does not read it. */
function readingOf(pod: Pod, { kind, name }: ManifestObject): Reading | undefined {
  const isMap = kind === "ConfigMap"
  const containers = [...(pod.initContainers ?? []), ...(pod.containers ?? [])]
  if (containers.some((one) => readsAsEnv(one, isMap, name))) return "as environment variables"
  const volumes = (pod.volumes ?? []).filter((volume) => holds(volume, isMap, name)).map((one) => one.name)
  const mounts = containers
    .flatMap((one) => one.volumeMounts ?? [])
    .filter((one) => volumes.includes(one.name))
  if (mounts.some(({ subPath, subPathExpr }) => (subPath ?? subPathExpr ?? "") !== ""))
    return "through subPath"
  return mounts.length > 0 ? "as files" : undefined
}

function readsAsEnv(container: Loose<Container>, isMap: boolean, name: string): boolean {
  const whole = (container.envFrom ?? []).map((one) => (isMap ? one.configMapRef : one.secretRef)?.name)
  const single = (container.env ?? []).map(
    ({ valueFrom }) => (isMap ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef)?.name,
  )
  return [...whole, ...single].includes(name)
}

function holds(volume: Loose<Volume>, isMap: boolean, name: string): boolean {
  const projected = (volume.projected?.sources ?? []).map((one) => (isMap ? one.configMap : one.secret)?.name)
  const own = isMap ? volume.configMap?.name : volume.secret?.secretName
  return own === name || projected.includes(name)
}
