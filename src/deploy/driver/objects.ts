import { type ManifestObject, objectKey, placedKey, withoutHooks } from "../../chart/index.ts"
import { type ErrorCode, oneLine, type ReleaseDigests, SignalboxError } from "../../domain/index.ts"
import { assertWhole } from "../../verify/index.ts"
import type { KubeObject } from "../cluster/index.ts"
import { isComplete, objectsIn, readHistory } from "../helm/index.ts"
import type { StepResult } from "../steps/tools.ts"
import { trafficName, trafficObjects } from "../world/index.ts"
import { assertReachable } from "./reachable.ts"
import type { DriverSession } from "./session.ts"

const timeoutMs = 60_000

/**
 * Deletes objects that revisions created without completing and that the running set does not have. Helm compares with
 * the last deployed revision only, and would leave them. Returns what to add to a note.
 */
export async function removeOrphans(session: DriverSession, set: ReleaseDigests): Promise<string> {
  const { namespace, release } = session.input.request.environment
  const revisions = await readHistory(session.api, namespace, release)
  const running = revisions.at(-1)
  if (running === undefined || running.manifests !== set.manifests) return ""
  const key = (object: ManifestObject) => placedKey(object, namespace)
  const wanted = new Set(objectsIn(running).map(key))
  const orphans = revisions
    .filter((one) => !isComplete(one))
    .flatMap((one) => withoutHooks(objectsIn(one)))
    .filter((object) => !wanted.has(key(object)))
  const attempt = await unlessRefused(session, () => removeOwn(session, unique(orphans)))
  if (!attempt.ok) return `; what only unfinished revisions had made is left: ${attempt.cause}`
  return attempt.value.length === 0 ? "" : `; removed ${attempt.value.join(", ")}`
}

const reportedCodes: ReadonlySet<ErrorCode> = new Set(["CLUSTER_REFUSED", "OUTPUT_UNREADABLE"])

/**
 * Where the API server refuses a removal (a missing right, a webhook, a kind that is gone), or kubectl's output is too
 * long, the step reports it: thrown, it would end every later call at the same place of the same operation.
 * @throws CLUSTER_UNREACHABLE
 */
async function unlessRefused<T>(
  session: DriverSession,
  remove: () => Promise<T>,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string }> {
  try {
    return { ok: true, value: await remove() }
  } catch (error) {
    if (!(error instanceof SignalboxError) || !reportedCodes.has(error.code)) throw error
    // kubectl does not tell a refusal from an API server that is away, which decides nothing.
    await assertReachable(session)
    return { ok: false, cause: `${error.detail.what}: ${error.detail.why ?? ""}` }
  }
}

/**
 * Takes a failed release out of traffic: its new Services and Ingresses are deleted, its pods stay as evidence.
 * @param keep those that served before this operation (`Kind/name`), and stay.
 */
export async function removeTraffic(session: DriverSession, keep: readonly string[]): Promise<StepResult> {
  const { namespace, release } = session.input.request.environment
  const newest = (await readHistory(session.api, namespace, release)).at(-1)
  const traffic = newest === undefined ? [] : trafficObjects(objectsIn(newest), namespace)
  const added = traffic.filter((object) => !keep.includes(trafficName(object)))
  const attempt = await unlessRefused(session, () => removeOwn(session, added))
  if (!attempt.ok) return { ok: false, cause: `out of traffic: ${attempt.cause}` }
  const removed = attempt.value
  const remaining = keep.length === 0 ? "" : `; what served before stays: ${keep.join(", ")}`
  const note = removed.length === 0 ? "it had created no Service or Ingress" : `removed ${removed.join(", ")}`
  return { ok: true, note: note + remaining }
}

/**
 * Deletes objects that carry this release's ownership annotation; others of the same name, and those with Helm's `keep`
 * policy, stay.
 */
async function removeOwn(
  session: DriverSession,
  objects: readonly ManifestObject[],
): Promise<readonly string[]> {
  if (objects.length === 0) return []
  const live = await kubectl(session, ["get", "--ignore-not-found", "--output", "json"], objects)
  const own = items(live).filter((object) => isOwn(session, object) && !isToStay(object))
  if (own.length === 0) return []
  await kubectl(session, ["delete", "--ignore-not-found", "--wait=false"], own)
  return own.map((object) => `${object.kind ?? "object"}/${object.metadata.name}`)
}

function isOwn(session: DriverSession, object: KubeObject): boolean {
  const { namespace, release } = session.input.request.environment
  const annotations = object.metadata.annotations ?? {}
  return (
    annotations["meta.helm.sh/release-name"] === release &&
    annotations["meta.helm.sh/release-namespace"] === namespace
  )
}

/** Helm never deletes these, and a volume with a project's data may be one of them. */
function isToStay(object: KubeObject): boolean {
  return object.metadata.annotations?.["helm.sh/resource-policy"]?.trim().toLowerCase() === "keep"
}

async function kubectl(
  session: DriverSession,
  args: readonly string[],
  objects: readonly (ManifestObject | KubeObject)[],
): Promise<string> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.map(identityOf) })
  const { namespace } = session.input.request.environment
  const all = [...args, "--kubeconfig", session.kubeconfig, "--namespace", namespace, "--filename", "-"]
  const result = await session.children.run("kubectl", all, { timeoutMs, input })
  if (result.code === 0) {
    assertWhole(result, `kubectl ${args[0]}`)
    return result.stdout
  }
  throw new SignalboxError("CLUSTER_REFUSED", {
    what: `kubectl ${args[0]} failed`,
    why: oneLine(session.secrets.hide(result.stderr)).slice(0, 400),
  })
}

/** All that kubectl needs to find an object. Never the object itself, and in JSON: kubectl reads YAML in another way. */
function identityOf(object: ManifestObject | KubeObject): object {
  const { apiVersion, kind } = object
  const { name, namespace } = "metadata" in object ? object.metadata : object
  return { apiVersion, kind, metadata: { name, ...(namespace == null ? {} : { namespace }) } }
}

function items(text: string): readonly KubeObject[] {
  if (text.trim() === "") return []
  const value = JSON.parse(text) as KubeObject & { items?: readonly KubeObject[] }
  return value.items ?? [value]
}

function unique(objects: readonly ManifestObject[]): readonly ManifestObject[] {
  return [...new Map(objects.map((object) => [objectKey(object), object])).values()]
}
