import type { LeaseSpec } from "kubernetes-types/coordination/v1"
import type { Loose } from "../../chart/index.ts"
import type { Holder } from "../../domain/index.ts"
import type { KubeObject } from "../cluster/index.ts"

export const leaseName = "signalbox-lock"

const fenceAnnotation = "signalbox/fence"
/** No environment comes to it: what is above was not counted, and counting on from there would soon not be possible. */
const fenceLimit = 2 ** 40

const operationAnnotation = "signalbox/operation"

/** A Lease as the lock reads it. */
export interface LeaseView {
  /** Changes with every write: a renewal is a change of it, whatever clocks say. */
  readonly version: string
  /** Null when released. */
  readonly holder: string | null
  readonly operation: string | null
  readonly fence: number
  /** Time to live that the holder itself declared, in ms. */
  readonly ttlMs: number
}

export function viewOf(object: KubeObject): LeaseView {
  const spec = (object.spec ?? {}) as Loose<LeaseSpec>
  const annotations = object.metadata.annotations ?? {}
  const fence = Number(annotations[fenceAnnotation] ?? "0")
  return {
    version: object.metadata.resourceVersion ?? "",
    holder: spec.holderIdentity === undefined || spec.holderIdentity === "" ? null : spec.holderIdentity,
    operation: annotations[operationAnnotation] ?? null,
    fence: Number.isSafeInteger(fence) && fence >= 0 && fence < fenceLimit ? fence : 0,
    ttlMs: (spec.leaseDurationSeconds ?? 0) * 1000,
  }
}

/** How a holder is named to others: who it is, and which of their processes. */
export function holderIdentity(holder: Holder): string {
  return `${holder.who} (${holder.id})`
}

export interface LeaseContent {
  readonly namespace: string
  /** Null: released. */
  readonly holder: string | null
  readonly operation: string
  readonly fence: number
  readonly ttlMs: number
  readonly now: Date
  /** Null: to be created. */
  readonly version: string | null
}

/** The Lease to write. Times in it are for people; no driver compares them. */
export function leaseOf(content: LeaseContent): KubeObject {
  const time = content.now.toISOString().replace("Z", "000Z")
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: leaseName,
      namespace: content.namespace,
      labels: { "app.kubernetes.io/managed-by": "signalbox" },
      annotations: { [fenceAnnotation]: String(content.fence), [operationAnnotation]: content.operation },
      ...(content.version === null ? {} : { resourceVersion: content.version }),
    },
    spec: {
      // The API rejects an empty holder; a released lock has none.
      ...(content.holder === null ? {} : { holderIdentity: content.holder, acquireTime: time }),
      leaseDurationSeconds: Math.max(1, Math.ceil(content.ttlMs / 1000)),
      renewTime: time,
    },
  }
}
