import type { ServiceSpec } from "kubernetes-types/core/v1"
import { type Loose, serviceLabels } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi, KubeObject } from "../cluster/index.ts"

/**
 * Path of a component's Service below the API server: `/api/v1/namespaces/NS/services/http:NAME:PORT/proxy`. Any
 * client can set labels: where the Helm release has such a Service of its own, no other one is used.
 * @throws CONFIG_INVALID when the release has no Service for the component.
 */
export async function serviceProxyPath(
  api: ClusterApi,
  place: { readonly namespace: string; readonly release: string },
  component: string,
): Promise<string> {
  const { namespace, release } = place
  const found = await findService(api, place, component)
  if (found === undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `release ${release} has no Service of component ${component}`,
      where: `namespace ${namespace}`,
      why: `looked for a Service with the labels ${selectorOf(release, component)}`,
      next: "label it so in the chart, or use access: { kind: url }",
    })
  return `/api/v1/namespaces/${namespace}/services/http:${found.name}:${found.port}/proxy`
}

interface FoundService {
  readonly name: string
  readonly port: number
  /** Whether the Helm release made it. */
  readonly isOfRelease: boolean
}

/** A component's Service as it is now; undefined where there is none, or none with a port. */
export async function findService(
  api: ClusterApi,
  { namespace, release }: { readonly namespace: string; readonly release: string },
  component: string,
): Promise<FoundService | undefined> {
  const services = await api.list(`/api/v1/namespaces/${namespace}/services`, selectorOf(release, component))
  const service = services.find((one) => isOf(one, release)) ?? services[0]
  const port = service === undefined ? undefined : httpPort(service)
  if (service === undefined || port === undefined) return undefined
  return { name: service.metadata.name, port, isOfRelease: isOf(service, release) }
}

function selectorOf(release: string, component: string): string {
  return Object.entries(serviceLabels(release, component))
    .map(([key, value]) => `${key}=${value}`)
    .join(",")
}

/** The list is of one namespace, in which Helm has one release of this name. */
function isOf(service: KubeObject, release: string): boolean {
  return service.metadata.annotations?.["meta.helm.sh/release-name"] === release
}

function httpPort(service: KubeObject): number | undefined {
  const ports = (service.spec as Loose<ServiceSpec> | undefined)?.ports ?? []
  return (ports.find((one) => one.name === "http") ?? ports[0])?.port
}
