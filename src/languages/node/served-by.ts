import type { Container } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { toolContainer, toolContainerFor, toolIdentity } from "../../toolbox/index.ts"
import type { ComponentRequest } from "../language.ts"
import { statedPlatforms } from "../platforms.ts"
import { foreignIn, foreignLine } from "../processor.ts"

type Request = Pick<ComponentRequest, "name" | "component" | "platform" | "toolbox">

/**
 * nginx as an image is served by it: of the platform that is asked for. Files are put beside it, and nothing of it is run. A component that
 * states no platforms has the engine's own.
 */
export function nginxFor({ toolbox, platform }: Request): Container {
  return platform === undefined
    ? toolContainer(toolbox, "nginx")
    : toolContainerFor(toolbox, "nginx", platform)
}

/**
 * Checks that the toolbox's nginx is there for each platform that a component states, before anything is built: an image for one
 * platform alone is given to whoever asks by its digest, whatever the platform.
 * @throws CONFIG_INVALID
 */
export async function assertServed({ name, component, toolbox }: Request): Promise<void> {
  for (const platform of statedPlatforms(component) ?? []) {
    const why = await whyNot({ name, component, toolbox, platform })
    if (why === null) continue
    throw new SignalboxError("CONFIG_INVALID", {
      what: `the toolbox has no nginx for ${platform}, which ${name} is to be served by`,
      where: `signalbox.yaml: components.${name}.platforms`,
      why: `${toolIdentity(toolbox, "nginx").image ?? "nginx"}: ${why}`,
      next: "name an image for all of these platforms in toolbox.yaml (tools.nginx), by the digest of its index; or leave the platform out",
    })
  }
}

/** What a registry's index without the platform is told by. */
const noneOf = /no match for platform|no image found .*for platform/i

async function whyNot(request: Request & { readonly platform: string }): Promise<string | null> {
  const { toolbox, platform } = request
  try {
    const foreign = await foreignIn(toolbox, nginxFor(request), platform)
    return foreign.length === 0 ? null : foreignLine(foreign)
  } catch (error) {
    if (error instanceof Error && noneOf.test(error.message)) return "it has no image for that platform"
    throw error
  }
}
