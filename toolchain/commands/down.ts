import { readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { unlinkCommandLine } from "../engine/index.ts"
import { servicesOf, steps } from "../parts.ts"
import { paths, repositoryRoot } from "../paths.ts"
import { planSteps, takeLock } from "../steps/index.ts"

/** Stops every service; no process, mount, interface or control group of theirs stays. What is built stays. */
export async function down(): Promise<void> {
  const outputs = await planSteps(steps, { root: repositoryRoot, cache: paths.cache })
  const release = await takeLock("services", "stop services", () => undefined)
  try {
    for (const service of [...(await servicesOf(outputs))].reverse()) await service.down()
  } finally {
    await release()
  }
}

/** Stops everything and removes all that was built, except for Node, which runs this. */
export async function clean(): Promise<void> {
  await down()
  await unlinkCommandLine()
  const kept = join(paths.node)
  for (const name of await readdir(paths.cache).catch(() => [])) {
    const path = join(paths.cache, name)
    if (path !== kept) await rm(path, { recursive: true, force: true })
  }
}
