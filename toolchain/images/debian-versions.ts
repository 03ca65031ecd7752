import { existsSync } from "node:fs"
import { repositoryRoot } from "../paths.ts"
import type { Step, StepOutputs } from "../steps/index.ts"
import { versions } from "../versions.ts"
import {
  type DebianVersions,
  isDebianStep,
  movedOn,
  packagesOf,
  readLock,
  writeLock,
} from "./rootfs/index.ts"

/** What the finished Debian systems among these steps were made from. */
async function installedVersions(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
): Promise<DebianVersions> {
  const made = steps.filter(isDebianStep).filter((step) => existsSync(outputs.output(step.id)))
  const pairs = made.map(
    async ({ id, debianSet }) => [debianSet, await packagesOf(outputs.output(id))] as const,
  )
  return Object.fromEntries(await Promise.all(pairs))
}

/** One line on where finished systems differ from the lock file; undefined where they do not. Changes nothing. */
export async function debianChanges(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
): Promise<string | undefined> {
  const { sets } = await readLock(repositoryRoot)
  return movedOn(sets, await installedVersions(steps, outputs))
}

/** Writes what these finished systems were made from into the lock file. @returns whether it changed */
export async function lockDebian(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
): Promise<boolean> {
  return writeLock(repositoryRoot, versions.debian, await installedVersions(steps, outputs))
}
