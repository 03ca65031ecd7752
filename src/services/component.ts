import type { Container } from "@dagger.io/dagger"
import { componentNamed, type SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import type { ServiceSource } from "./beside.ts"

/** A built image, as far as a service is made of it. */
interface Image {
  readonly container: Container
  readonly facts: { readonly exposedPorts: readonly string[] }
}

/**
 * Gives a component's image with the port on which it listens; a worker listens on none.
 * @throws CONFIG_INVALID where neither the configuration nor the image says the port
 */
export function imagesWithPorts(
  config: Pick<SignalboxConfig, "components">,
  image: (name: string) => Promise<Image>,
): ServiceSource["component"] {
  return async (name) => {
    const component = componentNamed(config, name)
    const { port } = component
    // Only a component whose image is built elsewhere may leave it open; its image may say.
    const { container, facts } = await image(name)
    if ("kind" in component && component.kind === "worker") return { container, port: undefined }
    const exposed = Number.parseInt(facts.exposedPorts[0] ?? "", 10)
    const known = port ?? (Number.isNaN(exposed) ? undefined : exposed)
    if (known !== undefined) return { container, port: known }
    throw new SignalboxError("CONFIG_INVALID", {
      what: `it is not known on which port ${name} listens`,
      where: `signalbox.yaml: components.${name}`,
      why: "what needs it beside itself begins once that port is open",
      next: "name its port",
    })
  }
}
