import { advisoriesDatabase } from "../advisories/build.ts"
import { repositoryRoot } from "../paths.ts"
import type { Step, StepOutputs } from "../steps/index.ts"
import { steps as tools } from "../tools/index.ts"
import { versions } from "../versions.ts"
import { imageStep } from "./build.ts"
import { npmPackages } from "./npm.ts"
import { debianSets, recipes } from "./recipes/index.ts"
import { debianStep, isDebianStep, packagesOf, readLock, relock } from "./rootfs/index.ts"

export { imageStep, imageStepId, isImageStep } from "./build.ts"
export { publishImages } from "./publish.ts"
export { debianStep } from "./rootfs/index.ts"
export { writeToolboxFile } from "./toolbox-file.ts"

const lock = await readLock(repositoryRoot)

/** Versions of a Debian set as the lock file has them; undefined for a new set. */
export const lockedDebian = (set: string): Readonly<Record<string, string>> | undefined => lock.sets[set]

/** Tools, Debian systems and images. Images need the step `kube-binaries` of the cluster's part. */
export const steps: readonly Step[] = [
  ...tools,
  advisoriesDatabase,
  npmPackages,
  ...debianSets.map((set) => debianStep(set, lockedDebian(set.name))),
  ...recipes.map(imageStep),
]

/**
 * Records the Debian versions that finished steps installed, and names in a warning those that differ from the lock.
 * On a continuous integration machine the lock file stays as committed: there only the warning tells.
 * @param steps all steps of the run; those without a Debian system do not count
 */
export async function recordDebianVersions(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
  warn: (line: string) => void,
): Promise<void> {
  const pairs = steps
    .filter(isDebianStep)
    .map(async ({ id, debianSet }) => [debianSet, await packagesOf(outputs.output(id))] as const)
  const installed = Object.fromEntries(await Promise.all(pairs))
  await relock({ root: repositoryRoot, suite: versions.debian, installed, warn, write: !process.env.CI })
}
