import type { Service } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../config/index.ts"
import type { BackingService } from "../languages/index.ts"
import { type ServiceSource, type Started, stackServices, withServices } from "../services/index.ts"
import { program, type ToolboxFile, toolContainer } from "../toolbox/index.ts"
import { argumentOf, type Forwarded } from "./forward.ts"
import { hostPorts, pagePort } from "./ports.ts"

type Configured = Pick<SignalboxConfig, "components" | "stack">

/** The ports of the developer's machine: services keep theirs, pages are on 3000, another component is on its own or the next. */
export function forwardedPorts(config: Configured, started: Omit<Started[number], "service">[]): Forwarded[] {
  const services = stackServices(config)
  const isComponent = ({ name }: { readonly name: string }) => services[name]?.kind === "component"
  // A worker is reached by nobody.
  const listening = started.flatMap(({ name, port }) => (port === undefined ? [] : [{ name, port }]))
  const serves = listening.map(({ name, port }) => ({
    name,
    port: servesPages(config, services[name]) ? pagePort : port,
  }))
  // A service is where its clients look for it, whatever a component would like to have.
  const inOrder = [...serves.filter((one) => !isComponent(one)), ...serves.filter(isComponent)]
  const ports = hostPorts(inOrder, [])
  return listening.map(({ name, port }) => ({ name, port, host: ports.get(name) ?? port }))
}

function servesPages({ components }: Configured, service: BackingService | undefined): boolean {
  const component = service?.kind === "component" ? components[service.component] : undefined
  return component !== undefined && "kind" in component && component.kind === "static"
}

/**
 * The project as one service with a port for each of its parts. The engine starts what it needs, in order, and ends it with the
 * call: nothing that they store is kept.
 */
export async function stackService(
  config: Configured,
  toolbox: ToolboxFile,
  component: ServiceSource["component"],
): Promise<Service> {
  const path = "/signalbox/forward.ts"
  const node = toolContainer(toolbox, "node").withFile(path, program("src/stack/forward.ts"))
  const { container, services } = await withServices(node, stackServices(config), { toolbox, component })
  const ports = forwardedPorts(config, [...services])
  return ports
    .reduce((one, { host }) => one.withExposedPort(host), container)
    .asService({ args: ["node", path, ...ports.map(argumentOf)] })
}
