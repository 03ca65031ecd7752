import { type ManifestObject, withoutHooks } from "../../chart/index.ts"
import { canonicalJson, sha256, toJson } from "../../domain/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"
import { addedFields, changedFields } from "./served-fields.ts"

/** What decides what a release's pods run and who gets its traffic, as it is in the cluster now. */
export interface Served {
  /** `Kind/name` -> digest of that part of the object. */
  readonly digests: Readonly<Record<string, string>>
  /** Fields that are not as the manifest sets them, a line each. */
  readonly changed: readonly string[]
  /** What is there beside what the manifest sets, and stays there at each roll-out, a line each. */
  readonly added: readonly string[]
}

interface Kind {
  /** Path and selector of the collection. */
  readonly list: (namespace: string) => readonly [string, string?]
  /** The part of an object that counts: what others write into it by right is left out. */
  readonly part: (live: KubeObject, manifest: ManifestObject) => unknown
}

/** An autoscaler, or a person, may change how many pods there are. */
const workload = (plural: string): Kind => ({
  list: (namespace) => [`/apis/apps/v1/namespaces/${namespace}/${plural}`],
  part: ({ spec }) => ({ ...(spec as object | undefined), replicas: undefined }),
})

const kinds: Readonly<Record<string, Kind>> = {
  Deployment: workload("deployments"),
  StatefulSet: workload("statefulsets"),
  DaemonSet: workload("daemonsets"),
  Service: { list: (namespace) => [`/api/v1/namespaces/${namespace}/services`], part: ({ spec }) => spec },
  Ingress: {
    list: (namespace) => [`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`],
    part: ({ spec }) => spec,
  },
  ConfigMap: {
    // Helm labels all that it makes; stored releases are ConfigMaps, too, of up to a mebibyte.
    list: (namespace) => [`/api/v1/namespaces/${namespace}/configmaps`, "app.kubernetes.io/managed-by=Helm"],
    // The application may add keys of its own.
    part: (live, { body }) => [
      withKeysOf(live.data, body.data),
      withKeysOf(live.binaryData, body.binaryData),
    ],
  },
}

/**
 * Reads the workloads, Services, Ingresses and ConfigMaps of a manifest: image, environment, selectors and configuration
 * can all be changed by hand while a test runs. A kind that no manifest names is not listed: the account may have no
 * right to it.
 */
export async function readServed(
  api: Pick<ClusterApi, "list">,
  namespace: string,
  objects: readonly ManifestObject[],
): Promise<Served> {
  const own = withoutHooks(objects).filter(
    (one) => one.kind in kinds && (one.namespace ?? namespace) === namespace,
  )
  const live = new Map<string, KubeObject>()
  for (const kind of new Set(own.map((one) => one.kind))) {
    const [path, selector] = kinds[kind]?.list(namespace) ?? [""]
    for (const object of await api.list(path, selector)) live.set(`${kind}/${object.metadata.name}`, object)
  }
  const found = own.flatMap((manifest) => {
    const name = `${manifest.kind}/${manifest.name}`
    const object = live.get(name)
    return object === undefined ? [] : [{ name, manifest, object }]
  })
  const named = (fields: typeof changedFields) =>
    found.flatMap(({ name, manifest, object }) => fields(manifest, object).map((field) => `${name} ${field}`))
  return {
    digests: Object.fromEntries(
      found.map(({ name, manifest, object }) => [
        name,
        sha256(canonicalJson(toJson(kinds[manifest.kind]?.part(object, manifest) ?? null))),
      ]),
    ),
    changed: named(changedFields),
    added: named(addedFields),
  }
}

/** Names of the objects in which two looks differ; one that is there in one of them only counts. */
export function changedBetween(before: Served["digests"], after: Served["digests"]): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.filter((name) => before[name] !== after[name])
}

function withKeysOf(live: unknown, manifest: unknown): Readonly<Record<string, unknown>> {
  const values = (live ?? {}) as Readonly<Record<string, unknown>>
  return Object.fromEntries(Object.keys((manifest ?? {}) as object).map((key) => [key, values[key] ?? null]))
}
