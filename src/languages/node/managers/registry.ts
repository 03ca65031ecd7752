import type { Secret } from "@dagger.io/dagger"
import { SignalboxError } from "../../../domain/index.ts"
import { type ToolboxFile, toolContainer } from "../../../toolbox/index.ts"
import { registryIn, userConfig } from "../npmrc.ts"
import type { PackageManager } from "./manager.ts"

/** The registry of an installation. */
export interface Registry {
  /** Environment that tells the package manager of it; empty where its settings do. */
  readonly environment: Readonly<Record<string, string>>
  /** Null: the addresses in the lock file stay as they are. */
  readonly address: string | null
}

/** What an installation asks for its registry. */
export interface Asking {
  readonly toolbox: ToolboxFile
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
  readonly manager: PackageManager
  readonly settings: Readonly<Record<string, string>>
}

/**
 * The registry that the project names, else the build secret's, else that which npm is set to in the toolbox's image: whoever mirrors the
 * public one says so in one place, for every package manager.
 * @throws TOOL_FAILED where that is no address
 */
export async function registryOf({ toolbox, secrets, manager, settings }: Asking): Promise<Registry> {
  const { registry } = manager
  if (registry === undefined) return { environment: {}, address: null }
  const named = registry.named(settings)
  if (named !== undefined) return { environment: {}, address: named }
  const secret = await secrets?.get(userConfig.id)?.plaintext()
  // An address that a secret names is written nowhere.
  if (secret !== undefined && registryIn(secret) !== undefined) return { environment: {}, address: null }
  const address = await registryOfNpm(toolbox)
  return { environment: registry.environment(address), address }
}

/** Cached by the image alone. */
async function registryOfNpm(toolbox: ToolboxFile): Promise<string> {
  const said = await toolContainer(toolbox, "node").withExec(["npm", "config", "get", "registry"]).stdout()
  const address = said.trim()
  if (/^https?:\/\/[^\s/]+\S*$/.test(address)) return address
  throw new SignalboxError("TOOL_FAILED", {
    what: `npm names no registry: ${JSON.stringify(address.slice(0, 80))}`,
    where: "toolbox.yaml: tools.node",
    why: "npm config get registry prints no address in that image",
    next: "correct npm's settings in the image, or name the registry in .npmrc of the project",
  })
}
