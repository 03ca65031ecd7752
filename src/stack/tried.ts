import type { SignalboxConfig } from "../config/index.ts"
import { hostPorts, pagePort } from "./ports.ts"

/** The Service of a component in a cluster, and its port. */
interface ReachedService {
  readonly component: string
  readonly service: string
  readonly port: number
}

/** Where each Service is opened on the developer's machine: pages on 3000, another component on its own port or the next. */
export function triedPorts(
  { components }: Pick<SignalboxConfig, "components">,
  services: readonly ReachedService[],
): (ReachedService & { readonly host: number })[] {
  const wanted = services.map(({ component, port }) => {
    const known = components[component]
    const isPages = known !== undefined && "kind" in known && known.kind === "static"
    return { name: component, port: isPages ? pagePort : (known?.port ?? port) }
  })
  const ports = hostPorts(wanted, [])
  return services.map((one) => ({ ...one, host: ports.get(one.component) ?? one.port }))
}
