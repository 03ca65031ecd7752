import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, rename } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Release, type Step, type StepOutputs, stepLock, tryLock } from "./steps/index.ts"

export interface GoCaches {
  /** The toolchain's cache directory. */
  readonly cache: string
  /** The directory that holds Go's modules and compiled packages. */
  readonly go: string
  /** Where what is on its way out lies. */
  readonly trash: string
}

/**
 * Removes Go's caches, 20 GB after a cold build, once nothing is left to be built with them. While another process
 * makes one of the steps they stay: that process asks for the same at its end.
 * @param steps every step there is, also those that were not asked for
 * @returns whether they went
 */
export async function removeGoCaches(
  steps: readonly Step[],
  outputs: Pick<StepOutputs, "output">,
  caches: GoCaches,
): Promise<boolean> {
  const builders = steps.filter((step) => step.fetch)
  if (builders.some((step) => !existsSync(outputs.output(step.id)))) return false
  const moved = existsSync(caches.go) && (await moveOut(builders, caches))
  // Also what an earlier call that was killed has left there.
  if (existsSync(caches.trash)) removeInBackground(caches.trash)
  return moved
}

/** Holding the locks of all that use them, nobody can be reading; a renamed directory is out of everybody's way. */
async function moveOut(builders: readonly Step[], { cache, go, trash }: GoCaches): Promise<boolean> {
  const locks: Release[] = []
  try {
    for (const step of builders) {
      const lock = await tryLock(stepLock(cache, step.id), "remove what Go has kept")
      if (!lock) return false
      locks.push(lock)
    }
    await mkdir(trash, { recursive: true })
    await rename(go, join(trash, `go-${Date.now()}-${process.pid}`))
    return true
  } finally {
    for (const release of locks) await release()
  }
}

/**
 * Removing a million files takes half a minute, which nobody waits for. Go makes the directories of modules read-only
 * unless it is told otherwise, as it is here; modules that were fetched without that are made writable first.
 */
function removeInBackground(directory: string): void {
  const script = 'rm -rf -- "$0" 2>/dev/null || { chmod -R u+w -- "$0" && rm -rf -- "$0"; }'
  const child = spawn("nice", ["sh", "-c", script, directory], {
    cwd: dirname(directory),
    detached: true,
    stdio: "ignore",
  })
  child.unref()
}
