import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { requireGo } from "../go.ts"
import { removeGoCaches } from "../go-caches.ts"
import { onDemandSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, runSteps } from "../steps/index.ts"
import { cosignStep } from "../tools/index.ts"

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
