import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { requireGo } from "../go.ts"
import { removeGoCaches } from "../go-caches.ts"
import { imageStepId } from "../images/index.ts"
import { onDemandSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, runSteps } from "../steps/index.ts"
import { cosignStep } from "../tools/index.ts"
import { fillRegistry } from "./up.ts"

/**
 * Builds cosign, which `up` leaves out, unless its output is there already. It takes minutes.
 * @returns path of the program
 */
export async function cosign(): Promise<string> {
  const settings = { root: repositoryRoot, cache: paths.cache, only: [cosignStep.id] }
  const all = [...steps, ...onDemandSteps]
  const { missing } = await planSteps(all, settings)
  if (missing.length > 0) await requireGo()
  await mkdir(paths.cache, { recursive: true })
  const outputs = await runSteps(all, settings)
  await removeGoCaches(steps, outputs, { ...paths, onDemand: onDemandSteps })
  return join(outputs.output(cosignStep.id), "cosign")
}

/**
 * Builds images that `up` leaves out, unless they are there already, and brings them into the registry and the toolbox
 * file. The registry has to run.
 * @param names of recipes: `python`
 */
export async function imagesOnDemand(names: readonly string[]): Promise<void> {
  await mkdir(paths.cache, { recursive: true })
  const only = names.map(imageStepId)
  await runSteps([...steps, ...onDemandSteps], { root: repositoryRoot, cache: paths.cache, only })
  await fillRegistry()
}

/** Images by the language of the components that need them. */
export const imagesOfLanguage = {
  python: ["python", "python-slim"],
  go: ["go"],
  rust: ["rust"],
} as const
