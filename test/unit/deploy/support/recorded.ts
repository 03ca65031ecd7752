import { readFile } from "node:fs/promises"
import {
  configMapPath,
  type KubeObject,
  leasePath,
  secretPath,
} from "../../../../src/deploy/cluster/index.ts"
import type { Digest } from "../../../../src/domain/index.ts"
import { MemoryApi } from "./memory-api.ts"

/** What an earlier version has left: test/recorded/earlier/. */
export async function recorded<T>(name: string): Promise<T> {
  const path = new URL(`../../../recorded/earlier/${name}.json`, import.meta.url)
  return JSON.parse(await readFile(path, "utf8")) as T
}

interface Recorded {
  readonly namespace: string
  readonly objects: readonly (KubeObject & { readonly kind: string })[]
}

/** A namespace that it left, in an API server in memory. */
export async function recordedNamespace(name: string): Promise<{ api: MemoryApi; namespace: string }> {
  const { namespace, objects } = await recorded<Recorded>(name)
  const api = new MemoryApi()
  for (const object of objects) api.put(pathOf(object.kind, namespace, object.metadata.name), object)
  return { api, namespace }
}

function pathOf(kind: string, namespace: string, name: string): string {
  if (kind === "ConfigMap") return configMapPath(namespace, name)
  if (kind === "Secret") return secretPath(namespace, name)
  if (kind === "Lease") return leasePath(namespace, name)
  const group = kind === "Service" ? "/api/v1" : "/apis/apps/v1"
  return `${group}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`
}

interface Evidence {
  readonly manifests: Readonly<Record<string, string>>
  readonly blobs: Readonly<Record<string, string>>
}

interface Manifest {
  readonly layers: readonly {
    readonly digest: Digest
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

/** Files of a release that it put into the evidence store. */
export async function recordedRelease(version: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { manifests, blobs } = await recorded<Evidence>("evidence")
  const { layers } = JSON.parse(manifests[`v${version}`] ?? "") as Manifest
  return new Map(
    layers.map(({ digest, annotations }) => [
      annotations["org.opencontainers.image.title"] ?? "",
      Buffer.from(blobs[digest] ?? "", "base64"),
    ]),
  )
}
