import { readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { stopEngine, stopInstances, unlinkCommandLine } from "../engine/index.ts"
import { clusterOf, registryOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, takeLock } from "../steps/index.ts"

/** Stops every service; none of their processes, mounts, interfaces or control groups stays. What is built stays. */
export async function down(): Promise<void> {
  const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
  const release = await takeLock("services", "stop services", () => undefined)
  try {
    await clusterOf(outputs).down()
    await stopInstances()
    await stopEngine()
    await registryOf(outputs).down()
  } finally {
    await release()
  }
}

/** Stops everything and removes all that was built, except for Node, which runs this. */
export async function clean(): Promise<void> {
  await down()
  await unlinkCommandLine()
  for (const name of await readdir(paths.cache).catch(() => [])) {
    const path = join(paths.cache, name)
    if (path !== paths.node) await rm(path, { recursive: true, force: true })
  }
}
