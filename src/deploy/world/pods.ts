import type { ClusterApi, KubeObject } from "../cluster/index.ts"

/** A pod as far as Signalbox reads it. */
export interface Pod extends KubeObject {
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly { readonly name: string }[] }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly PodCondition[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
  }
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export interface ContainerStatus {
  readonly name: string
  readonly imageID?: string
  readonly image?: string
  readonly ready?: boolean
  readonly restartCount?: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

export interface ContainerState {
  readonly running?: object
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly message?: string }
}

/** Pods of a Helm release, by the label that charts set. */
export async function readPods(api: ClusterApi, namespace: string, release: string): Promise<readonly Pod[]> {
  return (await api.list(
    `/api/v1/namespaces/${namespace}/pods`,
    `app.kubernetes.io/instance=${release}`,
  )) as readonly Pod[]
}

/** component -> digests that its pods report as running (`imageID`), without pods that are going away. */
export function runningImages(pods: readonly Pod[]): Readonly<Record<string, readonly string[]>> {
  const images = new Map<string, Set<string>>()
  for (const pod of pods) {
    const component = pod.metadata.labels?.["app.kubernetes.io/component"]
    if (component === undefined || pod.metadata.deletionTimestamp !== undefined) continue
    if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") continue
    const digests = images.get(component) ?? new Set()
    for (const status of pod.status?.containerStatuses ?? []) {
      const digest = /sha256:[0-9a-f]{64}$/.exec(status.imageID ?? "")?.[0]
      if (digest !== undefined) digests.add(digest)
    }
    images.set(component, digests)
  }
  const sorted = [...images].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, digests]) => [name, [...digests].sort()]))
}
