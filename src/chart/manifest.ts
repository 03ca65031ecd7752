import { type Document, isScalar, parseAllDocuments, visit, YAMLError } from "yaml"
import { canonicalJson, contentDigest, type Digest, SignalboxError, toJson } from "../domain/index.ts"
import { asKubernetesReads, documentValue, readsTwoWays } from "./as-kubernetes-reads.ts"

/** One rendered Kubernetes object. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Only where the chart sets one itself. */
  readonly namespace: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Template that it came from, by Helm's `# Source:` comment. */
  readonly source: string | null
  /** The whole object, as the API server reads it: `yes` is true, `0440` is 288. */
  readonly body: Readonly<Record<string, unknown>>
  /** The same in YAML 1.2, where it differs: digests were always made of it. */
  readonly digested?: Readonly<Record<string, unknown>>
  /**
   * What the API server gets: the document byte for byte as Helm wrote it, because Kubernetes reads YAML 1.1, where
   * `value: on` written again as YAML 1.2 is a boolean. An item of a list, and a document with merge keys, as JSON.
   */
  readonly text: string
}

interface Metadata {
  readonly name?: unknown
  readonly namespace?: unknown
  readonly labels?: unknown
  readonly annotations?: unknown
}

/**
 * Parses the output of `helm template` or `helm get manifest` into the objects that the API server gets: merge keys are
 * resolved, and the items of a list are objects of their own. Empty documents are left out.
 * @throws OUTPUT_UNREADABLE when a document is not a Kubernetes object.
 */
export function parseManifests(text: string): readonly ManifestObject[] {
  let start = 0
  return parseAllDocuments(text, { logLevel: "error", merge: true }).flatMap((document) => {
    const problem = document.errors[0]
    if (problem !== undefined) throw unreadable(problem.message.split("\n")[0] ?? "not YAML")
    const end = document.range?.[2] ?? text.length
    const own = text.slice(start, end)
    const source = /^# Source: (\S+)/m.exec(own)?.[1] ?? null
    start = end
    const value = read(() => documentValue(document))
    if (value === null || value === undefined) return []
    const isOwn = itemsOf(value) === null && !hasMergeKey(document)
    if (isOwn && !readsTwoWays(own)) return [objectOf(value, value, source, own)]
    const sent = read(() => asKubernetesReads(own))
    return isOwn ? [objectOf(value, sent, source, own)] : objectsOf(value, source, sent)
  })
}

/** What a YAML parser returns. @throws OUTPUT_UNREADABLE for what it throws: too many aliases, or no YAML 1.1. */
function read(parsed: () => unknown): unknown {
  try {
    return parsed()
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable("it is nested too deep")
    if (!(cause instanceof ReferenceError || cause instanceof YAMLError)) throw cause
    throw unreadable(cause.message.split("\n")[0] ?? "not YAML")
  }
}

function hasMergeKey(document: Document): boolean {
  let found = false
  visit(document, {
    Pair(_, { key }) {
      found ||= isScalar(key) && key.source === "<<"
    },
  })
  return found
}

function itemsOf(value: unknown): readonly unknown[] | null {
  const { items, kind } = value as { readonly items?: unknown; readonly kind?: unknown }
  if (Array.isArray(items)) return items
  // A list over which a template found nothing.
  return (items === null || items === undefined) && kind === "List" ? [] : null
}

/** Hooks (tests among them) are not part of a release's manifest. */
export function withoutHooks(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return objects.filter((object) => object.annotations["helm.sh/hook"] === undefined)
}

/** `kind/name`, with the group for kinds that are not built in; unique within a namespace. */
export function objectKey(
  object: Pick<ManifestObject, "apiVersion" | "kind" | "name" | "namespace">,
): string {
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : ""
  const prefix = object.namespace === null ? "" : `${object.namespace}/`
  return `${prefix}${object.kind}${group === "" ? "" : `.${group}`}/${object.name}`
}

/** The key of an object, equal whether or not it names the release's own namespace: a chart may start to name it. */
export function placedKey(object: ManifestObject, namespace: string): string {
  return objectKey(object.namespace === namespace ? { ...object, namespace: null } : object)
}

/** Digest of a set of objects, independent of their order, comments and YAML style. */
export function manifestsDigest(objects: readonly ManifestObject[]): Digest {
  const lines = withoutHooks(objects).map((object) => [
    objectKey(object),
    canonicalJson(toJson(object.digested ?? object.body)),
  ])
  return contentDigest(lines.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/**
 * The items of an object with a list `items`, of any kind: Helm, kubectl and the schema check unpack every such object.
 * @param sent the same value as the API server gets it.
 */
function objectsOf(value: unknown, source: string | null, sent: unknown): readonly ManifestObject[] {
  const items = itemsOf(value)
  if (items === null) return [objectOf(value, sent, source, JSON.stringify(sent))]
  const inside = itemsOf(sent) ?? []
  return items.flatMap((item, index) => objectsOf(item ?? {}, source, inside[index] ?? {}))
}

function objectOf(value: unknown, sent: unknown, source: string | null, text: string): ManifestObject {
  const body = (sent ?? {}) as Readonly<Record<string, unknown>>
  const digested = value as Readonly<Record<string, unknown>>
  const isSame = digested === body || canonicalJson(toJson(digested)) === canonicalJson(toJson(body))
  // A name that is a switch in YAML 1.1, such as `on`, is one that the schema check and the API server refuse.
  const metadata = (digested.metadata ?? {}) as Metadata
  const { apiVersion, kind } = digested
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof metadata.name !== "string")
    throw unreadable(
      `a document${source === null ? "" : ` of ${source}`} has no apiVersion, kind or metadata.name`,
    )
  return {
    apiVersion,
    kind,
    name: metadata.name,
    namespace: typeof metadata.namespace === "string" ? metadata.namespace : null,
    labels: stringMap(metadata.labels),
    annotations: stringMap(metadata.annotations),
    source,
    body,
    ...(isSame ? {} : { digested }),
    text,
  }
}

function stringMap(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]))
}

function unreadable(why: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", { what: "the rendered manifests cannot be read", why })
}
