import type { Container } from "@dagger.io/dagger"
import { runnable } from "../../build/index.ts"
import { imagesWithPorts, stackServices, type WithServices, withServices } from "../../services/index.ts"
import type { GateContext } from "../gate.ts"

/**
 * A container with the running application beside it, by the names of `stack` in signalbox.yaml: what is listed there, and every
 * component that is not. Each component is the image that is built of this tree.
 * @param isNeeded which of them it is about, by name. Default: all.
 */
export function withStack(
  { config, toolbox, image }: Pick<GateContext, "config" | "toolbox" | "image">,
  container: Container,
  isNeeded: (name: string) => boolean = () => true,
): Promise<WithServices> {
  const component = imagesWithPorts(config, async (name) => runnable(await image(name)))
  const needed = Object.entries(stackServices(config)).filter(([name]) => isNeeded(name))
  return withServices(container, Object.fromEntries(needed), { toolbox, component })
}
