import { advisoriesDatabase } from "../advisories/build.ts"
import { repositoryRoot } from "../paths.ts"
import type { Step } from "../steps/index.ts"
import { osvScannerStep, steps as tools } from "../tools/index.ts"
import { imageStep } from "./build.ts"
import { foreignStep } from "./foreign/index.ts"
import { goToolchain } from "./go.ts"
import { linterSteps } from "./linters.ts"
import { mavenDistribution } from "./maven.ts"
import { npmPackages } from "./npm.ts"
import { pythonLibrary } from "./python.ts"
import { pythonToolSteps } from "./python-tools.ts"
import {
  debianSets,
  foreignSets,
  onDemandRecipes,
  onDemandSets,
  partRecipes,
  recipes,
  severalImages,
} from "./recipes/index.ts"
import { debianStep, readLock } from "./rootfs/index.ts"
import { partStep, severalStep } from "./several.ts"

export { imageStep, imageStepId, isImageStep } from "./build.ts"
export { debianChanges, lockDebian } from "./debian-versions.ts"
export { publishImages } from "./publish.ts"
export { debianStep, isDebianStep } from "./rootfs/index.ts"
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

/** The same of images that `up` leaves out. */
export const onDemandSteps: readonly Step[] = [
  ...onDemandSets.map((set) => debianStep(set, lockedDebian(set.name))),
  ...foreignSets.map(foreignStep),
  pythonLibrary,
  goToolchain,
  mavenDistribution,
  ...linterSteps,
  osvScannerStep,
  ...pythonToolSteps,
  ...onDemandRecipes.map(imageStep),
  ...partRecipes.map(partStep),
  ...severalImages.map(severalStep),
]
