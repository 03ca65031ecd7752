import { kubectl } from "../deploy-support/kubectl.ts"

/** An object of the API, as `kubectl get` shows it. */
export interface StoredObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly type?: string
  readonly spec?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/** What an operation left in a namespace. */
export interface StoredNamespace {
  readonly namespace: string
  readonly objects: readonly StoredObject[]
}

const kinds =
  "configmaps,leases,secrets,deployments,services,ingresses,horizontalpodautoscalers,poddisruptionbudgets"

/** Signalbox's state, Helm's releases and what Helm has applied, with everything that can be applied again. */
export async function dump(namespace: string): Promise<StoredNamespace> {
  const text = await kubectl([
    ...["--namespace", namespace, "get", kinds, "--output", "json", "--show-managed-fields"],
  ])
  const { items } = JSON.parse(text) as { items: readonly StoredObject[] }
  return { namespace, objects: items.filter(isOfRelease).map(portable) }
}

/** Puts objects where they were; managed fields too, so that each field belongs to whom it belonged to. */
export async function restore({ namespace, objects }: StoredNamespace): Promise<void> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects })
  // Whoever creates an object owns its fields as well, until its owners are written once more.
  for (const verb of ["create", "replace"])
    await kubectl(["--namespace", namespace, verb, "--filename", "-"], list)
}

function isOfRelease({ kind, type, metadata: { name, annotations } }: StoredObject): boolean {
  if (kind === "ConfigMap" || kind === "Lease") return name.startsWith("signalbox-")
  if (kind === "Secret") return type === "helm.sh/release.v1"
  return annotations?.["meta.helm.sh/release-name"] !== undefined
}

/** Without what only the API server may say, and the addresses that it gave. */
function portable({ status: _status, ...object }: StoredObject): StoredObject {
  const { uid, resourceVersion, creationTimestamp, generation, managedFields, ...metadata } = object.metadata
  const fields = (managedFields as readonly { readonly subresource?: string }[]).filter(
    ({ subresource }) => subresource === undefined,
  )
  const { clusterIP, clusterIPs, ...spec } = object.spec ?? {}
  return {
    ...object,
    metadata: {
      ...metadata,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      managedFields: fields,
    },
    ...(object.spec === undefined ? {} : { spec }),
  }
}
