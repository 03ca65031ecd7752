import type { Container } from "@dagger.io/dagger"
import { runnable } from "../../build/index.ts"
import { imagesWithPorts, stackServices, type WithServices, withServices } from "../../services/index.ts"
import type { GateContext } from "../gate.ts"

/**
 * A container with the running application beside it, by the names of `stack` in signalbox.yaml: what is listed there, and every
 * component that is not. Each component is the image that is built of this tree.
 */
export function withStack(
  { config, toolbox, image }: Pick<GateContext, "config" | "toolbox" | "image">,
  container: Container,
): Promise<WithServices> {
  const component = imagesWithPorts(config, async (name) => runnable(await image(name)))
  return withServices(container, stackServices(config), { toolbox, component })
}
