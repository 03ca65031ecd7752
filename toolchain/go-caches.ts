import { existsSync } from "node:fs"
import { discard, emptyTrash, type Step, type StepOutputs, whileNobodyMakes } from "./steps/index.ts"

export interface GoCaches {
  /** The toolchain's cache directory. */
  readonly cache: string
  /** The directory that holds Go's modules and compiled packages. */
  readonly go: string
  /** Steps that are built on demand only. They need not be built; while one is, Go's caches stay. Default: none. */
  readonly onDemand?: readonly Step[]
}

/**
 * Removes Go's caches once nothing is left to be built with them. While another process makes one of the steps they
 * stay: that process asks for the same at its end.
 * @param steps every step that `up` builds, also those that were not asked for
 * @returns whether they went
 */
export async function removeGoCaches(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
  { cache, go, onDemand = [] }: GoCaches,
): Promise<boolean> {
  const builders = steps.filter((step) => step.fetch)
  if (builders.some((step) => !existsSync(outputs.output(step.id)))) return false
  await emptyTrash(cache)
  if (!existsSync(go)) return false
  const ids = [...builders, ...onDemand].map((step) => step.id)
  return whileNobodyMakes(cache, ids, () => discard(cache, [go]))
}
