import { type ManifestObject, withoutHooks } from "../../chart/index.ts"
import type { ClusterApi } from "../cluster/index.ts"

/** The Services and Ingresses of a Helm release, each as `Kind/name`. */
export interface Traffic {
  /** Those that exist, of any revision: what serves, or may serve, now. */
  readonly present: readonly string[]
  /** Those of the newest revision that do not exist. */
  readonly missing: readonly string[]
}

const collections: Readonly<Record<string, string>> = {
  Service: "/api/v1/namespaces/{namespace}/services",
  Ingress: "/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses",
}

/** What leads traffic to a release, in its own namespace. */
export function trafficObjects(
  objects: readonly ManifestObject[],
  namespace: string,
): readonly ManifestObject[] {
  return withoutHooks(objects).filter(
    (object) => object.kind in collections && (object.namespace ?? namespace) === namespace,
  )
}

/** How such an object is called in plans, journals and reports. */
export function trafficName({ kind, name }: Pick<ManifestObject, "kind" | "name">): string {
  return `${kind}/${name}`
}

/**
 * Which of a release's Services and Ingresses are there. A kind that no manifest names is not listed: the account may
 * have no right to it.
 * @param newest objects of the newest revision.
 * @param all objects of all revisions.
 */
export async function readTraffic(
  api: Pick<ClusterApi, "list">,
  namespace: string,
  newest: readonly ManifestObject[],
  all: readonly ManifestObject[],
): Promise<Traffic> {
  const known = trafficObjects(all, namespace)
  const kinds = [...new Set(known.map(({ kind }) => kind))]
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const path = (collections[kind] ?? "").replace("{namespace}", namespace)
      const objects = await api.list(path)
      return objects.map(({ metadata }) => trafficName({ kind, name: metadata.name }))
    }),
  )
  const live = new Set(lists.flat())
  const names = (objects: readonly ManifestObject[]) => [...new Set(objects.map(trafficName))].sort()
  return {
    present: names(known).filter((name) => live.has(name)),
    missing: names(trafficObjects(newest, namespace)).filter((name) => !live.has(name)),
  }
}
