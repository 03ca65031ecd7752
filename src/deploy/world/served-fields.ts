import type { ManifestObject } from "../../chart/index.ts"
import { canonicalJson, toJson } from "../../domain/index.ts"
import type { KubeObject } from "../cluster/index.ts"

interface Container {
  readonly name?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
}

interface Body {
  readonly spec?: {
    readonly selector?: unknown
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } }
  }
  readonly data?: Readonly<Record<string, unknown>>
  readonly binaryData?: Readonly<Record<string, unknown>>
}

/**
 * Fields of an object that are not as its manifest sets them, in words. Only those that the API server stores as they
 * were sent: it writes defaults and other forms into many others. Values are not shown: they may be secrets.
 */
export function changedFields({ kind, body }: ManifestObject, object: KubeObject): readonly string[] {
  const [wanted, live] = [body as Body, object as Body]
  switch (kind) {
    case "ConfigMap":
      return [...changedKeys(wanted.data, live.data), ...changedKeys(wanted.binaryData, live.binaryData)]
    case "Service":
      return wanted.spec?.selector === undefined || equal(wanted.spec.selector, live.spec?.selector)
        ? []
        : ["leads to other pods (spec.selector)"]
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
      return changedContainers(containersOf(wanted), containersOf(live))
    default:
      return []
  }
}

/**
 * Variables in the pods' template that the manifest does not set, in words: whoever set them by hand, Helm leaves them
 * there at each roll-out. They are no difference that refuses a verification: an admission controller may have set them.
 */
export function addedFields({ kind, body }: ManifestObject, object: KubeObject): readonly string[] {
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(kind)) return []
  const live = containersOf(object as Body)
  return containersOf(body as Body).flatMap((container) => {
    const set = new Set((container.env ?? []).map(({ name }) => name))
    const there = live.find(({ name }) => name === container.name)?.env ?? []
    const added = there.filter(({ name }) => !set.has(name))
    return added.map(({ name }) => `has ${name} in ${container.name ?? "a container"}`)
  })
}

function changedKeys(wanted: Body["data"] = {}, live: Body["data"] = {}): readonly string[] {
  return Object.entries(wanted ?? {})
    .filter(([key, value]) => typeof value === "string" && live?.[key] !== value)
    .map(([key]) => `has another value of ${key}`)
}

function containersOf({ spec }: Body): readonly Container[] {
  return spec?.template?.spec?.containers ?? []
}

function changedContainers(wanted: readonly Container[], live: readonly Container[]): readonly string[] {
  return wanted.flatMap((container) => {
    const there = live.find(({ name }) => name === container.name)
    if (there === undefined) return []
    const where = `in ${container.name ?? "a container"}`
    const values = new Map((there.env ?? []).map(({ name, value = "" }) => [name, value]))
    const env = (container.env ?? []).filter(
      ({ name, value }) => typeof value === "string" && values.get(name) !== value,
    )
    return [
      ...env.map(({ name }) => `has another value of ${name} ${where}`),
      ...(sameList(container.command, there.command) ? [] : [`has another command ${where}`]),
      ...(sameList(container.args, there.args) ? [] : [`has other arguments ${where}`]),
    ]
  })
}

/** What the manifest leaves to others is as it should be. */
function sameList(wanted: readonly string[] | undefined, live: readonly string[] = []): boolean {
  return wanted === undefined || equal(wanted, live)
}

function equal(a: unknown, b: unknown): boolean {
  return canonicalJson(toJson(a ?? null)) === canonicalJson(toJson(b ?? null))
}
