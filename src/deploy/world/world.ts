import { heldBack } from "../../chart/index.ts"
import { type ReleaseDigests, type RunningSet, SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import { isComplete, isOurs, objectsIn, type Revision, readHistory } from "../helm/index.ts"
import type { StoredLedger } from "../state/index.ts"
import { type PodImages, podImages, readPods, runningImages } from "./pods.ts"
import { readServed, type Served } from "./served.ts"
import { readTraffic, type Traffic } from "./traffic.ts"
import { type Rollout, readRollout } from "./workloads.ts"

/** The observed state of cluster and ledger, read freshly: the basis of every decision. */
export interface World {
  /** Revisions of the environment's Helm releases; of each release, oldest first. */
  readonly revisions: readonly Revision[]
  /** The one that counts as running now, by the environment's strategy; null where there is none. */
  readonly current: Revision | null
  /** Workloads of the current revision's manifest. */
  readonly rollout: Rollout
  /** Services and Ingresses of all revisions' manifests. */
  readonly traffic: Traffic
  /** component -> digests that its pods report. */
  readonly images: Readonly<Record<string, readonly string[]>>
  /** The same, pod by pod. */
  readonly pods: readonly PodImages[]
  /** What decides what those pods run and who gets their traffic; absent where nobody has looked. */
  readonly served?: Served | undefined
  readonly ledger: StoredLedger
}

/** A world of one Helm release, whose newest revision is current. */
export async function observeRelease(
  api: ClusterApi,
  namespace: string,
  release: string,
  ledger: StoredLedger,
): Promise<World> {
  const [revisions, pods] = await Promise.all([
    readHistory(api, namespace, release),
    readPods(api, namespace, release),
  ])
  const running = podImages(pods)
  const current = revisions.at(-1) ?? null
  const objects = current === null ? [] : objectsIn(current)
  const reader = listedOnce(api)
  const [rollout, traffic, served] = await Promise.all([
    readRollout(reader, namespace, objects),
    readTraffic(reader, namespace, objects, revisions.flatMap(objectsIn)),
    readServed(reader, namespace, objects),
  ])
  const images = runningImages(running)
  return { revisions, current, rollout, traffic, served, images, pods: running, ledger }
}

/** One look asks for each collection once, however many read it. */
function listedOnce(api: ClusterApi): Pick<ClusterApi, "list"> {
  const lists = new Map<string, ReturnType<ClusterApi["list"]>>()
  return {
    list: (path, selector) => {
      const key = `${path}?${selector ?? ""}`
      const listed = lists.get(key) ?? api.list(path, selector)
      lists.set(key, listed)
      return listed
    },
  }
}

/** Whether the current revision is this set, its pods run it, traffic is led to them, and nobody has changed it since. */
export function runs(world: World, set: ReleaseDigests): boolean {
  return (
    world.current?.status === "deployed" &&
    world.current.manifests === set.manifests &&
    world.rollout.ready &&
    world.traffic.missing.length === 0 &&
    (world.served?.changed.length ?? 0) === 0 &&
    imagesAgree(world.pods, set.images, partlyRenewed(world.current))
  )
}

/**
 * What speaks against this set being what was rolled out and proven last, in one line; null when nothing does. It asks
 * whether the workloads are as they were applied, not whether every pod is ready just now; nor for equal manifests where
 * Signalbox created the revision: a chart may render its revision's number.
 */
export function drift(world: World, set: ReleaseDigests): string | null {
  const { current } = world
  if (current === null) return "the Helm release is gone"
  const ours = current.manifests === set.manifests || isOurs(current, set.version)
  if (current.status !== "deployed" || !ours)
    return `Helm revision ${current.revision} (${current.status}, "${current.description}") is not that of ${set.version}`
  return differences({ ...world, served: undefined }, set)[0] ?? null
}

/** Everything in which what runs and serves is not as this set was applied, a line each. */
export function differences(world: World, set: ReleaseDigests): readonly string[] {
  const replaced = Object.entries(set.images).filter(([component, digest]) => {
    const telling = world.pods.filter((pod) => pod.component === component && pod.digests.length > 0)
    return telling.length > 0 && telling.every((pod) => !has(pod, digest))
  })
  return [
    ...world.rollout.changed,
    ...world.traffic.missing.map((name) => `${name} does not exist`),
    ...(world.served?.changed ?? []),
    ...(world.served?.added ?? []).map((field) => `${field}, which its manifest does not set`),
    ...replaced.map(([component]) => `no pod of ${component} runs the image that ${set.version} has`),
  ]
}

/** Components with a StatefulSet that leaves some of its pods as they are, by its `partition`. */
function partlyRenewed(current: Revision): readonly string[] {
  return objectsIn(current)
    .filter((object) => heldBack(object) > 0)
    .flatMap(({ labels }) => labels["app.kubernetes.io/component"] ?? [])
}

/**
 * A pod that reports digests, and none of them is its component's, contradicts; what else runs beside it in the pod,
 * sidecars for one, does not. A component without labelled pods says nothing.
 * @param partly components of which some pods keep what they run.
 */
function imagesAgree(
  pods: World["pods"],
  wanted: ReleaseDigests["images"],
  partly: readonly string[],
): boolean {
  return pods.every((pod) => {
    const digest = wanted[pod.component]
    return (
      digest === undefined || pod.digests.length === 0 || has(pod, digest) || partly.includes(pod.component)
    )
  })
}

function has({ digests, specified }: PodImages, digest: string): boolean {
  return digests.includes(digest) || specified.includes(digest)
}

/** Helm's newest complete revision with the very objects of a set; null where it is not there any more. */
export function completeRevision(world: World, set: ReleaseDigests): number | null {
  const revision = world.revisions.findLast((one) => isComplete(one) && one.manifests === set.manifests)
  return revision?.revision ?? null
}

export function runningOf(world: World): RunningSet {
  const { current } = world
  return {
    revision: current?.revision ?? 0,
    status: current?.status ?? "none",
    images: world.images,
    ready: current !== null && world.rollout.ready,
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
