import { type ManifestObject, manifestsDigest, outsideDigest, parseManifests } from "../../chart/index.ts"
import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"
import { type ClusterApi, ConflictError, type KubeObject, secretPath } from "../cluster/index.ts"
import { decodeRelease, type HelmRelease, type HelmStatus, markedFailed } from "./release-secret.ts"

/** One revision of the release, as Helm's own Secret tells it. */
export interface Revision {
  readonly revision: number
  /** `unreadable`: its Secret cannot be decoded. */
  readonly status: HelmStatus | "unreadable"
  /** Digest of its objects, comparable with that of rendered manifests. */
  readonly manifests: Digest
  /** The YAML that it applied; empty where that is no list of objects as we know them. */
  readonly manifest: string
  /** The YAML of its hooks; absent where it has none. */
  readonly hooks?: string
  readonly description: string
}

/**
 * Revisions by release, Secret and its version: decoding one takes longer than asking for it, and they hardly ever
 * change. By release, because a strategy may observe two of them in turn.
 */
const decoded = new WeakMap<ClusterApi, Map<string, ReadonlyMap<string, Revision>>>()

/**
 * All revisions of a release, oldest first. A Secret with its labels under another name than Helm's is none: it could
 * not be settled.
 */
export async function readHistory(
  api: ClusterApi,
  namespace: string,
  release: string,
): Promise<readonly Revision[]> {
  const secrets = await api.list(secretPath(namespace), `owner=helm,name=${release}`)
  const place = `${namespace}/${release}`
  const releases = decoded.get(api) ?? new Map<string, ReadonlyMap<string, Revision>>()
  const before = releases.get(place)
  const now = new Map<string, Revision>()
  for (const secret of secrets) {
    if (numberIn(secret.metadata.name, release) === null) continue
    const key = `${secret.metadata.name}@${secret.metadata.uid}@${secret.metadata.resourceVersion}`
    now.set(key, before?.get(key) ?? revisionOf(secret, release))
  }
  decoded.set(api, releases.set(place, now))
  return [...now.values()].sort((a, b) => a.revision - b.revision)
}

/**
 * When the API server got the first revision after `base`, by its own clock: Helm writes it down before it changes
 * anything. Where there is none after it, that of the newest; null without any.
 */
export async function beganAfter(
  api: ClusterApi,
  namespace: string,
  release: string,
  base: number,
): Promise<string | null> {
  const secrets = await api.list(secretPath(namespace), `owner=helm,name=${release}`)
  const all = secrets
    .flatMap(({ metadata }) => {
      const revision = numberIn(metadata.name, release)
      return revision === null ? [] : [{ revision, at: metadata.creationTimestamp ?? null }]
    })
    .sort((one, other) => one.revision - other.revision)
  return (all.find(({ revision }) => revision > base) ?? all.at(-1))?.at ?? null
}

/** The revision that a Secret's name has, which Helm finds it by; null for another release's, and for no revision at all. */
function numberIn(name: string, release: string): number | null {
  const number = /^\d{1,9}$/.exec(name.slice(secretName(release, "").length))?.[0]
  return number !== undefined && name === secretName(release, number) ? Number(number) : null
}

function secretName(release: string, revision: number | string): string {
  return `sh.helm.release.v1.${release}.v${revision}`
}

function revisionOf(secret: KubeObject, name: string): Revision {
  const revision = numberIn(secret.metadata.name, name) ?? 0
  try {
    const release = decodeRelease(secret)
    return {
      revision,
      status: release.info.status,
      ...objectsOf(release.manifest, release.hooks ?? []),
      description: release.info.description ?? "",
    }
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return {
      revision,
      status: "unreadable",
      manifests: sha256(""),
      manifest: "",
      description: error.detail.what,
    }
  }
}

/**
 * Helm takes manifests that we refuse to render; such a revision is another client's, and nothing is wrong with its
 * Secret.
 */
function objectsOf(
  manifest: string,
  hooks: NonNullable<HelmRelease["hooks"]>,
): Pick<Revision, "manifests" | "manifest" | "hooks"> {
  try {
    return { manifests: manifestsDigest(parseManifests(manifest)), manifest, ...hooksOf(hooks) }
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return { manifests: sha256(manifest), manifest: "" }
  }
}

/** Hooks that cannot be read are another client's: what we have rendered was read before. */
function hooksOf(hooks: NonNullable<HelmRelease["hooks"]>): Pick<Revision, "hooks"> {
  const text = hooks
    .flatMap((hook) => hook.manifest ?? [])
    .map((one) => `---\n${one}\n`)
    .join("")
  try {
    return parseManifests(text).length === 0 ? {} : { hooks: text }
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return {}
  }
}

const parsed = new WeakMap<Revision, readonly ManifestObject[]>()

/** The objects of a revision, parsed once: an operation looks at all revisions before every step. */
export function objectsIn(revision: Revision): readonly ManifestObject[] {
  const before = parsed.get(revision)
  if (before !== undefined) return before
  const objects = parseManifests(revision.manifest)
  parsed.set(revision, objects)
  return objects
}

/** The same, with its hooks: all that Helm has applied, or will at its events. */
export function appliedBy(revision: Revision): readonly ManifestObject[] {
  return [...objectsIn(revision), ...parseManifests(revision.hooks ?? "")]
}

/**
 * What speaks against a revision being what was planned, by what Helm has stored of it; null for nothing. Whatever Helm,
 * a plugin or another client has made of the chart: what was approved is what has to run.
 */
export function unplanned(
  revision: Revision | undefined,
  target: { readonly set: { readonly manifests: Digest }; readonly objects: readonly ManifestObject[] },
): string | null {
  if (revision === undefined) return "Helm has stored no revision of what it rolled out"
  const place = `Helm revision ${revision.revision}`
  if (revision.manifests !== target.set.manifests)
    return `${place} is not what was planned: its manifests are ${revision.manifests}, the plan's ${target.set.manifests}`
  const [stored, planned] = [parseManifests(revision.hooks ?? ""), target.objects].map((objects) =>
    outsideDigest(objects, ""),
  )
  return stored === planned ? null : `${place} has other hooks than the plan`
}

/** What a revision that an operation makes is called in `helm history`. */
export function describeRevision(operation: string, version: string): string {
  return `Signalbox ${operation}: ${version}`
}

/** The operation that made a revision; null for a revision of another client, and for Helm's own rollbacks. */
export function operationOf({ description }: Pick<Revision, "description">): string | null {
  return /^Signalbox ([A-Za-z0-9][A-Za-z0-9._-]*): /.exec(description)?.[1] ?? null
}

/** Whether a revision was created for a version by one of our operations. */
export function isOurs({ description }: Pick<Revision, "description">, version: string): boolean {
  return description.startsWith("Signalbox ") && description.endsWith(`: ${version}`)
}

export function isPending(revision: Revision | undefined): boolean {
  return revision?.status.startsWith("pending-") ?? false
}

/** Whether a revision stops Helm from going on. */
export function isStuck(revision: Revision): boolean {
  return isPending(revision) || revision.status === "unreadable"
}

/** Whether Helm can roll back to a revision and get what it says. */
export function isComplete(revision: Revision): boolean {
  return revision.status === "deployed" || revision.status === "superseded"
}

/**
 * Settles a revision whose Helm was killed, as Flux does: pending becomes failed, by compare-and-swap, so that the next
 * one may begin. An unreadable Secret is deleted: Helm would fail on its name for ever. Nothing is done when the
 * revision is finished.
 */
export async function settleRevision(
  api: ClusterApi,
  namespace: string,
  release: string,
  revision: number,
): Promise<void> {
  const path = secretPath(namespace, secretName(release, revision))
  const secret = await api.get(path)
  if (secret === null) return
  const pending = revisionOf(secret, release)
  if (pending.status === "unreadable") await api.remove(path)
  else if (isPending(pending))
    try {
      await api.replace(
        path,
        markedFailed(secret, "Signalbox: the process that made this revision was killed"),
      )
    } catch (error) {
      // Its Helm was alive after all, and has just finished it: the caller observes again.
      if (!(error instanceof ConflictError)) throw error
    }
}
