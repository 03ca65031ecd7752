import type { ObjectMeta } from "kubernetes-types/meta/v1"
import type { Loose } from "../../chart/index.ts"
import type { Json } from "../../domain/index.ts"

/** Any Kubernetes object, read loosely: only what is looked at is checked. */
export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: Loose<ObjectMeta> & { readonly name: string }
  readonly [field: string]: unknown
}

/**
 * The API server, by REST paths such as `/api/v1/namespaces/NS/configmaps/NAME`. Every method may throw
 * CLUSTER_UNREACHABLE (no answer) or CLUSTER_REFUSED (401, 403, 422).
 */
export interface ClusterApi {
  /** Null when it does not exist. */
  get(path: string): Promise<KubeObject | null>
  /** The items of a collection; `labelSelector` as in the API. */
  list(path: string, labelSelector?: string): Promise<readonly KubeObject[]>
  /** @throws ConflictError when the name is taken. */
  create(collection: string, object: KubeObject): Promise<KubeObject>
  /** Compare-and-swap: `object.metadata.resourceVersion` must be the stored one. @throws ConflictError otherwise. */
  replace(path: string, object: KubeObject): Promise<KubeObject>
  /** Deletes if it is there. True when it was. */
  remove(path: string): Promise<boolean>
  /** Plain text such as a container's log; null when there is none. */
  text(path: string): Promise<string | null>
  /** Anything else, as JSON; null when it does not exist. */
  json(path: string): Promise<Json>
  /**
   * What the API server says to an object that is applied by a field manager, without effect.
   * @param text the object, byte for byte as it was rendered: YAML, or JSON.
   */
  dryRun(path: string, text: string, as: DryRunOptions): Promise<DryRunAnswer>
}

export interface DryRunOptions {
  readonly manager: string
  /** Takes fields from their managers, so that the API server checks more than the ownership of fields. */
  readonly force: boolean
}

/** One thing that the API server finds wrong: in which field, and its words for it. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** `reason` and `causes` are empty where the answer has none; `status` is that of HTTP. */
export type DryRunAnswer =
  | { readonly accepted: true }
  | {
      readonly accepted: false
      readonly status: number
      readonly reason: string
      readonly message: string
      readonly causes: readonly StatusCause[]
    }

/** Another client changed (or created) the object first. */
export class ConflictError extends Error {
  readonly path: string

  constructor(path: string) {
    super(`changed by another client: ${path}`)
    this.name = "ConflictError"
    this.path = path
  }
}

export function configMapPath(namespace: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps${name === undefined ? "" : `/${name}`}`
}

export function secretPath(namespace: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/secrets${name === undefined ? "" : `/${name}`}`
}

export function leasePath(namespace: string, name?: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases${name === undefined ? "" : `/${name}`}`
}
