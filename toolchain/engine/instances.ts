import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { findDaemon } from "../daemon.ts"
import { paths } from "../paths.ts"
import { ToolchainError } from "../steps/index.ts"
import { type EngineInstance, engineInstance, type Reach, slots } from "./instance.ts"
import { removeLeftovers } from "./leftovers.ts"
import { type EngineParts, type EngineSettings, engineService, filesOf, stopEngine } from "./service.ts"

export interface InstanceOptions extends EngineSettings {
  readonly name: string
  /** Default: `registry`. */
  readonly reach?: Reach
}

/** What is written down of an engine beside the main one, so that every later command finds it. */
const recordOf = (directory: string): string => join(directory, "instance.json")

/**
 * Starts an engine beside the main one, or leaves one alone that runs as it is asked for. Only one process at a time may
 * do so: it looks for free addresses.
 * @throws ToolchainError `ENGINE_ADDRESSES` where all are taken
 */
export async function startInstance(
  parts: EngineParts,
  { name, reach = "registry", ...settings }: InstanceOptions,
): Promise<EngineInstance> {
  const instance = await placeOf(name, reach)
  await mkdir(instance.directory, { recursive: true })
  const record = recordOf(instance.directory)
  await writeFile(`${record}.new`, JSON.stringify(instance))
  await rename(`${record}.new`, record)
  try {
    await engineService(parts, instance, settings).up()
  } catch (error) {
    await stopEngine(instance)
    throw error
  }
  return instance
}

/** One that runs keeps its addresses; any other gets the first that nobody on the machine has. */
async function placeOf(name: string, reach: Reach): Promise<EngineInstance> {
  const known = (await knownInstances()).find(({ directory }) => directory === join(paths.instances, name))
  if (known?.link && (await findDaemon(filesOf(known).running)))
    return { ...known, link: { ...known.link, reach } }
  const taken = new Set(Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address)))
  for (let slot = 0; slot < slots; slot++) {
    const instance = engineInstance(name, slot, reach)
    if (!taken.has(instance.link?.hostAddress)) return instance
  }
  throw new ToolchainError(
    "ENGINE_ADDRESSES",
    `All ${slots} pairs of addresses for further engines are taken.`,
    "`npm run toolchain -- down` stops those of this cache directory.",
  )
}

/** Every engine beside the main one that was started and not removed, whether it runs or not. */
export async function knownInstances(): Promise<readonly EngineInstance[]> {
  const names = await readdir(paths.instances).catch(orNothing<string[]>([]))
  const records = names.map((name) =>
    readFile(recordOf(join(paths.instances, name)), "utf8").catch(orNothing("")),
  )
  return (await Promise.all(records)).filter(Boolean).map((text) => JSON.parse(text) as EngineInstance)
}

const orNothing =
  <T>(nothing: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code !== "ENOENT") throw error
    return nothing
  }

/** Stops every engine beside the main one; what each keeps stays. */
export async function stopInstances(): Promise<void> {
  for (const instance of await knownInstances()) await stopEngine(instance)
}

/** Removes what engines that were killed together with their keepers have left on the machine. */
export async function clearInstances(): Promise<void> {
  for (const instance of await knownInstances())
    if (!(await findDaemon(filesOf(instance).running))) await removeLeftovers(instance)
}

/** Stops an engine beside the main one, and removes all that it has kept. */
export async function removeInstance(instance: EngineInstance): Promise<void> {
  await stopEngine(instance)
  await rm(instance.directory, { recursive: true, force: true })
}
