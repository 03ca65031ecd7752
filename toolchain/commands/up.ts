import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { ensureDebianPackages } from "../debian.ts"
import { clearInstances, engineBinaries, findExternalEngine, linkCommandLine } from "../engine/index.ts"
import { requireGo } from "../go.ts"
import { removeGoCaches } from "../go-caches.ts"
import { debianChanges, publishImages, writeToolboxFile } from "../images/index.ts"
import { debianPackages, engineOf, engineSteps, onDemandSteps, registryOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import {
  freeDisk,
  planSteps,
  runSteps,
  type StepOutputs,
  seconds,
  takeLock,
  watchDisk,
} from "../steps/index.ts"
import { writeModuleDefaults } from "./defaults.ts"
import { environmentOf } from "./environment.ts"

export interface UpOptions {
  /** Only the engine and its registry, without the tools' images. */
  readonly engineOnly?: boolean
  /** Reports progress to a person. Default: a line on standard error. */
  readonly say?: (text: string) => void
}

/** What is up, and how to reach it. */
export interface Running {
  /** Variables for clients: Dagger's CLI and SDK, and Signalbox. */
  readonly environment: Readonly<Record<string, string>>
  /** The outputs of the toolchain's steps; undefined with an engine that the toolchain did not start. */
  readonly outputs: StepOutputs | undefined
}

const sayOnStderr = (text: string): void => void process.stderr.write(`▸ ${text}\n`)

/**
 * Starts everything that does not run: builds what is missing, starts engine and registry, fills the registry, writes
 * the toolbox file. Safe to call at any time and by several processes at once.
 */
export async function up({ engineOnly = false, say = sayOnStderr }: UpOptions = {}): Promise<Running> {
  const external = await findExternalEngine()
  if (external) {
    say(`Use ${external.description}; nothing is built`)
    return { environment: environmentOf(undefined), outputs: undefined }
  }
  const started = Date.now()
  await ensureDebianPackages(debianPackages, say)
  const outputs = await build(engineOnly ? engineSteps : undefined, say)
  const release = await takeLock("services", "start services", (holder) => say(`Wait for ${holder}`))
  try {
    await startServices(outputs, say)
  } finally {
    await release()
  }
  await reportDebianChanges(outputs, say)
  say(`The toolchain is up (${seconds((Date.now() - started) / 1000)})`)
  return { environment: environmentOf(outputs), outputs }
}

/** Builds the missing outputs of these steps, by default of all; once every step is built, removes Go's caches. */
async function build(only: readonly string[] | undefined, say: (text: string) => void): Promise<StepOutputs> {
  const settings = { root: repositoryRoot, cache: paths.cache, ...(only && { only }) }
  const { missing } = await planSteps(steps, settings)
  if (missing.length > 0) await requireGo()
  await mkdir(paths.cache, { recursive: true })
  const disk = await watchDisk(() => freeDisk(paths.cache))
  const outputs = await runSteps(steps, settings)
  const peak = await disk.stop()
  if (missing.length > 0)
    say(`${missing.length} parts were built; disk taken meanwhile: up to ${(peak / 1e9).toFixed(1)} GB`)
  if (await removeGoCaches(steps, outputs, { ...paths, onDemand: onDemandSteps }))
    say("Everything is built: what Go has kept goes")
  return outputs
}

/** Only for systems that were built by this call; `status` reports the others. */
async function reportDebianChanges(outputs: StepOutputs, say: (text: string) => void): Promise<void> {
  const built = steps.filter((step) => outputs.missing.includes(step.id))
  const changes = await debianChanges(built, outputs)
  if (changes) say(changes)
}

async function startServices(outputs: StepOutputs, say: (text: string) => void): Promise<void> {
  const engine = await engineOf(outputs)
  await clearInstances()
  await Promise.all([
    registryOf(outputs)
      .up()
      .then(() => fillRegistry()),
    engine.up(),
  ])
  if (!(await linkCommandLine(outputs.output(engineBinaries.id)))) {
    say("Another `dagger` is in the search path: use the one that _EXPERIMENTAL_DAGGER_CLI_BIN names")
  }
}

/** Fills the registry with every image that exists, also with those that this call was not asked to build. */
export async function fillRegistry(): Promise<void> {
  const all = [...steps, ...onDemandSteps]
  const outputs = await planSteps(all, { root: repositoryRoot, cache: paths.cache })
  const built = all.filter((step) => existsSync(outputs.output(step.id)))
  await writeToolboxFile(paths.toolbox, await publishImages(built, outputs))
  await writeModuleDefaults()
}
