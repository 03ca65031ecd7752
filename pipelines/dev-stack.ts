import type { Service } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { buildRequest } from "./build.ts"

/**
 * The tree as it is, running: its components' images with what they need beside them. Nothing of it is evidence.
 * @throws CONFIG_INVALID, SECRET_MISSING, TOOL_FAILED where an image cannot be built
 */
export async function devStack(session: Session): Promise<Service> {
  const [config, toolbox, request] = await Promise.all([
    session.config(),
    session.toolbox(),
    buildRequest(session, "branch"),
  ])
  const { buildImage, runnable } = await import("../src/build/index.ts")
  const { imagesWithPorts } = await import("../src/services/index.ts")
  const { stackService } = await import("../src/stack/index.ts")
  const component = imagesWithPorts(config, async (name) => runnable(await buildImage(request, name)))
  return stackService(config, toolbox, component)
}
