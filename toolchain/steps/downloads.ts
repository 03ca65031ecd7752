import { type Release, tryLock } from "./lock.ts"
import { stepLock } from "./make.ts"
import { discard } from "./trash.ts"

/**
 * Downloads that only built steps needed, and that can be removed. None until every other step has reported what it
 * needs.
 * @param fetched paths by step, for each step whose downloads have ended
 * @param unbuilt steps with downloads that are still to be built
 */
export function expendable(
  fetched: ReadonlyMap<string, readonly string[]>,
  unbuilt: ReadonlySet<string>,
): string[] {
  if ([...unbuilt].some((id) => !fetched.has(id))) return []
  const needed = new Set([...unbuilt].flatMap((id) => fetched.get(id) ?? []))
  const built = [...fetched].filter(([id]) => !unbuilt.has(id))
  return [...new Set(built.flatMap(([, paths]) => paths))].filter((path) => !needed.has(path))
}

export interface Downloads {
  fetched(id: string, paths: readonly string[]): void
  /** Removes the downloads that no step needs after this one is built. */
  built(id: string): Promise<void>
}

/**
 * Tracks downloads, so that those of a step are removed when it is built and not at the end of the run: all of them
 * together would take twice the disk of everything that is built from them.
 * @param unbuilt steps with downloads that this run builds
 * @param builders steps with downloads, also those that another process builds
 * @param held steps whose lock this process holds
 */
export function downloadsOf(
  cache: string,
  unbuilt: Set<string>,
  builders: readonly string[],
  held: ReadonlySet<string>,
): Downloads {
  const fetched = new Map<string, readonly string[]>()
  return {
    fetched: (id, paths) => void fetched.set(id, paths),
    async built(id) {
      unbuilt.delete(id)
      const paths = expendable(fetched, unbuilt)
      if (paths.length === 0) return
      const others = builders.filter((builder) => !held.has(builder))
      const removed = await whileNobodyMakes(cache, others, () => discard(cache, paths))
      if (removed) for (const one of fetched.keys()) if (!unbuilt.has(one)) fetched.delete(one)
    },
  }
}

/**
 * Works on downloaded files while holding the locks of all steps that could read them.
 * @returns false, without any work done, where another process builds one of these steps
 */
export async function whileNobodyMakes(
  cache: string,
  steps: readonly string[],
  work: () => Promise<void>,
): Promise<boolean> {
  const locks: Release[] = []
  try {
    for (const id of steps) {
      const lock = await tryLock(stepLock(cache, id), "remove what was downloaded")
      if (!lock) return false
      locks.push(lock)
    }
    await work()
    return true
  } finally {
    for (const release of locks) await release()
  }
}
