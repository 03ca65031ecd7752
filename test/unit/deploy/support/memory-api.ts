import {
  type ClusterApi,
  ConflictError,
  type DryRunAnswer,
  type KubeObject,
} from "../../../../src/deploy/cluster/index.ts"
import type { Json } from "../../../../src/domain/index.ts"

/** An API server in memory: objects by path, resource versions, compare-and-swap. */
export class MemoryApi implements ClusterApi {
  readonly objects = new Map<string, KubeObject>()
  readonly kinds = ["ConfigMap", "Deployment", "Job", "Secret", "Service"].map((kind) => ({
    name: `${kind.toLowerCase()}s`,
    kind,
    namespaced: true,
  }))
  /** Called before (`false`) and after (`true`) each write; may throw, as a process that dies there would. */
  onWrite: (path: string, done: boolean) => void = () => {}
  /** What an account may not do here, as `verb resource`. */
  readonly forbidden = new Set<string>()
  /** Logs of containers, by the name of their pod. */
  readonly logs = new Map<string, string>()
  #version = 0

  /** The same objects in a server of their own. */
  copy(): MemoryApi {
    const copy = new MemoryApi()
    for (const [path, object] of this.objects) copy.objects.set(path, object)
    for (const [pod, log] of this.logs) copy.logs.set(pod, log)
    copy.#version = this.#version
    return copy
  }

  async get(path: string): Promise<KubeObject | null> {
    return this.objects.get(path) ?? null
  }

  async list(path: string, labelSelector = ""): Promise<readonly KubeObject[]> {
    const wanted = labelSelector.split(",").filter((one) => one !== "")
    return [...this.objects]
      .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes("/"))
      .map(([, object]) => object)
      .filter((object) => wanted.every((one) => matches(object, one)))
  }

  async create(collection: string, object: KubeObject): Promise<KubeObject> {
    if (collection.endsWith("/selfsubjectaccessreviews"))
      return { ...object, status: { allowed: !this.forbidden.has(rightIn(object)) } }
    if (collection.endsWith("?dryRun=All")) return object
    const path = `${collection}/${object.metadata.name}`
    if (this.objects.has(path)) throw new ConflictError(path)
    return this.#store(path, object)
  }

  async replace(path: string, object: KubeObject): Promise<KubeObject> {
    const stored = this.objects.get(path)
    if (stored?.metadata.resourceVersion !== object.metadata.resourceVersion) throw new ConflictError(path)
    return this.#store(path, object)
  }

  async remove(path: string): Promise<boolean> {
    return this.objects.delete(path.split("?")[0] ?? path)
  }

  async text(path: string): Promise<string | null> {
    return this.logs.get(/\/pods\/([^/]+)\/log/.exec(path)?.[1] ?? "") ?? null
  }

  /** It has every kind in every version, of the one group that test releases have. */
  async json(path: string): Promise<Json> {
    if (path === "/apis") return { groups: [{ versions: [{ groupVersion: "apps/v1" }] }] }
    return /^\/apis?\//.test(path) ? { resources: this.kinds } : null
  }

  async dryRun(): Promise<DryRunAnswer> {
    return { accepted: true }
  }

  /** Stores whatever there is, as a controller would. */
  put(path: string, object: KubeObject): void {
    this.objects.set(path, this.#versioned(object))
  }

  #store(path: string, object: KubeObject): KubeObject {
    this.onWrite(path, false)
    const stored = this.#versioned(object)
    this.objects.set(path, stored)
    this.onWrite(path, true)
    return stored
  }

  #versioned(object: KubeObject): KubeObject {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } }
  }
}

function matches(object: KubeObject, requirement: string): boolean {
  const [, key = "", not, value = ""] = /^(.*?)(!?)=(.*)$/.exec(requirement) ?? []
  return (object.metadata.labels?.[key] === value) === (not === "")
}

function rightIn({ spec }: KubeObject): string {
  const { resourceAttributes } = spec as { resourceAttributes: Readonly<Record<string, string>> }
  const { verb, resource, subresource } = resourceAttributes
  return `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`
}
