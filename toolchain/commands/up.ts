import { ensureDebianPackages } from "../debian.ts"
import { engineBinaries, findExternalEngine, linkCommandLine } from "../engine/index.ts"
import { debianPackages, engineSteps, servicesOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { runSteps, seconds, takeLock } from "../steps/index.ts"
import { environmentOf } from "./environment.ts"

export interface UpOptions {
  /** Only the engine and its registry, without the tools' images. */
  readonly engineOnly?: boolean
  /** Tells a person what happens; default: standard error. */
  readonly say?: (text: string) => void
}

/**
 * Brings everything up that is not, and returns the variables that point clients at it. Safe to call at any time and
 * by several processes at once.
 */
export async function up(options: UpOptions = {}): Promise<Readonly<Record<string, string>>> {
  const say = options.say ?? ((text) => process.stderr.write(`▸ ${text}\n`))
  const external = await findExternalEngine()
  if (external) {
    say(`Use ${external.description}; nothing is built`)
    return environmentOf(undefined)
  }
  const started = Date.now()
  await ensureDebianPackages(debianPackages, say)
  const only = options.engineOnly ? { only: engineSteps } : {}
  const outputs = await runSteps(steps, { root: repositoryRoot, cache: paths.cache, ...only })
  const release = await takeLock("services", "start services", (holder) => say(`Wait for ${holder}`))
  try {
    for (const service of await servicesOf(outputs)) await service.up()
    if (!(await linkCommandLine(outputs.output(engineBinaries.id)))) {
      say("Another `dagger` is in the search path: use the one that _EXPERIMENTAL_DAGGER_CLI_BIN names")
    }
  } finally {
    await release()
  }
  say(`The toolchain is up (${seconds((Date.now() - started) / 1000)})`)
  return environmentOf(outputs)
}
