import type {
  ContainerState as KubeContainerState,
  ContainerStatus as KubeContainerStatus,
  PodSpec,
  PodStatus,
} from "kubernetes-types/core/v1"
import type { Loose } from "../../chart/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"

/** A pod as it was read. */
export interface Pod extends KubeObject {
  readonly spec?: Loose<PodSpec>
  readonly status?: Loose<PodStatus>
}

export type ContainerStatus = Loose<KubeContainerStatus>
export type ContainerState = Loose<KubeContainerState>

/** Pods of a Helm release, by the label that charts set. */
export async function readPods(api: ClusterApi, namespace: string, release: string): Promise<readonly Pod[]> {
  return (await api.list(
    `/api/v1/namespaces/${namespace}/pods`,
    `app.kubernetes.io/instance=${release}`,
  )) as readonly Pod[]
}

/** A pod of a component, and digests of its containers: sidecars have theirs. */
export interface PodImages {
  readonly component: string
  /** What they report (`imageID`). */
  readonly digests: readonly string[]
  /**
   * The digests in their specification. A node that has one image under two manifests may report the other one's
   * digest; an image named by digest is run all the same.
   */
  readonly specified: readonly string[]
}

/** The pods of components, without those that are going away. */
export function podImages(pods: readonly Pod[]): readonly PodImages[] {
  return pods.flatMap((pod) => {
    const component = pod.metadata.labels?.["app.kubernetes.io/component"]
    if (component === undefined || pod.metadata.deletionTimestamp !== undefined) return []
    if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") return []
    const digests = (pod.status?.containerStatuses ?? []).flatMap(({ imageID }) => digestIn(imageID))
    const specified = (pod.spec?.containers ?? []).flatMap(({ image }) => digestIn(image))
    return [{ component, digests, specified }]
  })
}

/** The digest that an image is named by, or none. */
export function digestIn(reference: string | undefined): readonly string[] {
  return /sha256:[0-9a-f]{64}$/.exec(reference ?? "") ?? []
}

/** component -> digests that its pods report as running. */
export function runningImages(pods: readonly PodImages[]): Readonly<Record<string, readonly string[]>> {
  const components = [...new Set(pods.map((pod) => pod.component))].sort()
  const digestsOf = (component: string) =>
    pods.filter((pod) => pod.component === component).flatMap((pod) => pod.digests)
  return Object.fromEntries(components.map((name) => [name, [...new Set(digestsOf(name))].sort()]))
}
