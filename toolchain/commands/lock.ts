import { rm } from "node:fs/promises"
import { join } from "node:path"
import { ensureDebianPackages } from "../debian.ts"
import { isDebianStep, lockDebian } from "../images/index.ts"
import { debianPackages, onDemandSteps, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { runSteps } from "../steps/index.ts"

/**
 * For maintainers: installs each Debian system from what Debian serves today, and writes those versions into the lock
 * file. The next `up` builds the images that use it.
 * @returns whether the lock file changed
 */
export async function lock(say: (text: string) => void): Promise<boolean> {
  await ensureDebianPackages(debianPackages, say)
  // A separate cache: an existing system has the versions of the day on which it was built.
  const cache = join(paths.cache, "lock")
  await rm(cache, { recursive: true, force: true })
  try {
    const systems = [...steps, ...onDemandSteps].filter(isDebianStep)
    return await lockDebian(systems, await runSteps(systems, { root: repositoryRoot, cache }))
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}
