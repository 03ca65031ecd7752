import type { ServiceSpec } from "kubernetes-types/core/v1"
import { type Loose, type ManifestObject, objectKey } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { Resources } from "../preflight/resources.ts"

/** Groups whose objects lead requests from outside to Services: a host that an environment has, too, would be taken from it. */
const routing = [
  "gateway.networking.k8s.io",
  "networking.istio.io",
  "traefik.io",
  "traefik.containo.us",
  "route.openshift.io",
  "projectcontour.io",
]

/**
 * What a chart renders for a try stays in the namespace and is reached by the call's own ports alone.
 * @throws POLICY_REFUSED naming every object that reaches beyond it
 */
export async function assertWithin(
  objects: readonly ManifestObject[],
  namespace: string,
  resources: Pick<Resources, "pathOf">,
): Promise<void> {
  const all = await Promise.all(
    objects.map(async (object) => {
      const why = await reachesBeyond(object, namespace, resources)
      return why === undefined ? [] : [`${objectKey(object)} ${why}`]
    }),
  )
  const beyond = all.flat()
  if (beyond.length === 0) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: "the chart makes more than what stays in the namespace of the try",
    where: `namespace ${namespace}`,
    why: beyond.join("; "),
    next: "leave it out by values of the try (--values FILE); of the built-in chart: components: { NAME: { ingress: null } }",
  })
}

async function reachesBeyond(
  object: ManifestObject,
  namespace: string,
  resources: Pick<Resources, "pathOf">,
): Promise<string | undefined> {
  if (object.namespace !== null && object.namespace !== namespace)
    return `is for namespace ${object.namespace}`
  const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : ""
  if (object.kind === "Ingress" || routing.includes(group)) return "takes requests from outside"
  if (object.kind === "Service" && group === "" && isOpen(object)) return "is open to the outside"
  const node = ofItsNode([object.body.spec, object.body.template])
  if (node !== undefined) return node
  const path = await resources.pathOf(object)
  if (path === null) return "is of a kind that the cluster does not have"
  return path.includes(`/namespaces/${namespace}/`) ? undefined : "belongs to the whole cluster"
}

function isOpen({ body }: ManifestObject): boolean {
  const { type, externalIPs } = (body.spec ?? {}) as Loose<ServiceSpec>
  return type === "LoadBalancer" || type === "NodePort" || (externalIPs ?? []).length > 0
}

/** Fields of a pod by which it takes a port, a directory or the processes of its node, which all namespaces share. */
const ofNode: Readonly<Record<string, string>> = {
  hostPort: "takes requests at its node",
  hostNetwork: "has the network of its node",
  hostPath: "has a directory of its node",
  hostPID: "sees the processes of its node",
  hostIPC: "shares memory with its node",
}

/** Pods are in many kinds, at many places. What a ConfigMap is called by such a name is none of them. */
function ofItsNode(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (Object.hasOwn(ofNode, key) && inner !== false && inner !== 0 && inner !== null) return ofNode[key]
    const found = ofItsNode(inner)
    if (found !== undefined) return found
  }
  return undefined
}
