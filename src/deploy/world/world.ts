import { type DeployedSet, type RunningSet, SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import { isComplete, isOurs, objectsIn, type Revision, readHistory } from "../helm/index.ts"
import type { EnvironmentSettings } from "../settings.ts"
import type { StoredLedger } from "../state/index.ts"
import { type PodImages, podImages, readPods, runningImages } from "./pods.ts"
import { readTraffic, type Traffic } from "./traffic.ts"
import { type Rollout, readRollout } from "./workloads.ts"

/** What is there, read freshly: all that decisions are made from. */
export interface World {
  /** Revisions of the Helm release, oldest first. */
  readonly revisions: readonly Revision[]
  /** Workloads of the newest revision's manifest. */
  readonly rollout: Rollout
  /** Services and Ingresses of all revisions' manifests. */
  readonly traffic: Traffic
  /** component -> digests that its pods report. */
  readonly images: Readonly<Record<string, readonly string[]>>
  /** The same, pod by pod. */
  readonly pods: readonly PodImages[]
  readonly ledger: StoredLedger
}

export async function observe(
  api: ClusterApi,
  environment: Pick<EnvironmentSettings, "namespace" | "release">,
  ledger: StoredLedger,
): Promise<World> {
  const { namespace, release } = environment
  const [revisions, pods] = await Promise.all([
    readHistory(api, namespace, release),
    readPods(api, namespace, release),
  ])
  const running = podImages(pods)
  const newest = revisions.at(-1)
  const objects = newest === undefined ? [] : objectsIn(newest)
  const [rollout, traffic] = await Promise.all([
    readRollout(api, namespace, objects),
    readTraffic(api, namespace, objects, revisions.flatMap(objectsIn)),
  ])
  return { revisions, rollout, traffic, images: runningImages(running), pods: running, ledger }
}

/** Whether the newest revision is this set, its pods run it, and traffic is led to them. */
export function runs(world: World, set: DeployedSet): boolean {
  const newest = world.revisions.at(-1)
  return (
    newest?.status === "deployed" &&
    newest.manifests === set.manifests &&
    world.rollout.ready &&
    world.traffic.missing.length === 0 &&
    imagesAgree(world.pods, set.images)
  )
}

/**
 * What speaks against this set being what was rolled out and proven last, in one line; null when nothing does. It asks
 * whether the workloads are as they were applied, not whether every pod is ready just now; nor for equal manifests where
 * we made the revision: a chart may render its revision's number.
 */
export function contradiction(world: World, set: DeployedSet): string | null {
  const newest = world.revisions.at(-1)
  if (newest === undefined) return "the Helm release is gone"
  const ours = newest.manifests === set.manifests || isOurs(newest, set.version)
  if (newest.status !== "deployed" || !ours)
    return `Helm revision ${newest.revision} (${newest.status}, "${newest.description}") is not that of ${set.version}`
  return differences(world, set)[0] ?? null
}

/** Everything in which what runs and serves is not as this set was applied, a line each. */
export function differences(world: World, set: DeployedSet): readonly string[] {
  const replaced = Object.entries(set.images).filter(([component, digest]) => {
    const telling = world.pods.filter((pod) => pod.component === component && pod.digests.length > 0)
    return telling.length > 0 && telling.every((pod) => !has(pod, digest))
  })
  return [
    ...world.rollout.changed,
    ...world.traffic.missing.map((name) => `${name} does not exist`),
    ...replaced.map(([component]) => `no pod of ${component} runs the image that ${set.version} has`),
  ]
}

/**
 * A pod that reports digests, and none of them is its component's, contradicts; what else runs beside it in the pod,
 * sidecars for one, does not. A component without labelled pods says nothing.
 */
function imagesAgree(pods: World["pods"], wanted: DeployedSet["images"]): boolean {
  return pods.every((pod) => {
    const digest = wanted[pod.component]
    return digest === undefined || pod.digests.length === 0 || has(pod, digest)
  })
}

function has({ digests, asked }: PodImages, digest: string): boolean {
  return digests.includes(digest) || asked.includes(digest)
}

/** Helm's newest complete revision with the very objects of a set; null where it is not there any more. */
export function completeRevision(world: World, set: DeployedSet): number | null {
  const revision = world.revisions.findLast((one) => isComplete(one) && one.manifests === set.manifests)
  return revision?.revision ?? null
}

export function runningOf(world: World): RunningSet {
  const newest = world.revisions.at(-1)
  return {
    revision: newest?.revision ?? 0,
    status: newest?.status ?? "none",
    images: world.images,
    ready: newest !== undefined && world.rollout.ready,
  }
}

/** Identity of the environment's place: UID of its namespace. Null when the namespace does not exist. */
export async function namespaceUid(api: ClusterApi, namespace: string): Promise<string | null> {
  const object = await api.get(`/api/v1/namespaces/${namespace}`)
  if (object === null) return null
  if (object.metadata.uid === undefined)
    throw new SignalboxError("OUTPUT_UNREADABLE", { what: `namespace ${namespace} has no UID` })
  return object.metadata.uid
}
