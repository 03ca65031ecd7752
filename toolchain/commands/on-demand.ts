import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { requireGo } from "../go.ts"
import { removeGoCaches } from "../go-caches.ts"
import { imageStepId } from "../images/index.ts"
import { onDemandSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, runSteps, type StepOutputs } from "../steps/index.ts"
import { cosignStep } from "../tools/index.ts"
import { fillRegistry } from "./up.ts"

/** Images by what needs them: the language of components, or services beside integration tests. */
const imagesOf: Readonly<Record<string, readonly string[]>> = {
  python: ["python", "python-slim"],
  go: ["go"],
  rust: ["rust"],
  java: ["maven", "java-base"],
  services: ["postgres", "redis"],
}

/** Languages with images that `up` leaves out. */
export const languagesOnDemand: readonly string[] = Object.keys(imagesOf)

/**
 * Builds cosign, which `up` leaves out, unless its output is there already. It takes minutes.
 * @returns path of the program
 */
export async function cosign(): Promise<string> {
  return join((await build([cosignStep.id])).output(cosignStep.id), "cosign")
}

/**
 * Builds the images for components in some languages, unless they are there already, and brings them into the registry and
 * the toolbox file. The registry has to run.
 */
export async function imagesOnDemand(languages: readonly string[]): Promise<void> {
  await build(languages.flatMap((language) => imagesOf[language] ?? []).map(imageStepId))
  await fillRegistry()
}

async function build(only: readonly string[]): Promise<StepOutputs> {
  const settings = { root: repositoryRoot, cache: paths.cache, only }
  const all = [...steps, ...onDemandSteps]
  const { missing } = await planSteps(all, settings)
  if (missing.length > 0) await requireGo()
  await mkdir(paths.cache, { recursive: true })
  const outputs = await runSteps(all, settings)
  await removeGoCaches(steps, outputs, { ...paths, onDemand: onDemandSteps })
  return outputs
}
