import { type Release, tryLock } from "./lock.ts"
import { stepLock } from "./make.ts"
import { discard } from "./trash.ts"

/**
 * What was downloaded for steps that are made, and for no other one: to be removed. Nothing, as long as it is not known
 * what all the others need.
 * @param fetched paths by step, for each whose downloads have ended
 * @param unmade steps with downloads that are still to be made
 */
export function expendable(
  fetched: ReadonlyMap<string, readonly string[]>,
  unmade: ReadonlySet<string>,
): string[] {
  if ([...unmade].some((id) => !fetched.has(id))) return []
  const needed = new Set([...unmade].flatMap((id) => fetched.get(id) ?? []))
  const made = [...fetched].filter(([id]) => !unmade.has(id))
  return [...new Set(made.flatMap(([, paths]) => paths))].filter((path) => !needed.has(path))
}

export interface Downloads {
  fetched(id: string, paths: readonly string[]): void
  /** Removes what nobody needs any more now that this step is made. */
  made(id: string): Promise<void>
}

/**
 * Keeps account of downloads, so that those of a step go when it is made and not at the end of all: for a moment they
 * would take twice what everything takes that is built from them.
 * @param unmade steps with downloads that this run makes
 * @param builders steps with downloads, whoever makes them
 * @param held steps whose lock this process holds
 */
export function downloadsOf(
  cache: string,
  unmade: Set<string>,
  builders: readonly string[],
  held: ReadonlySet<string>,
): Downloads {
  const fetched = new Map<string, readonly string[]>()
  return {
    fetched: (id, paths) => void fetched.set(id, paths),
    async made(id) {
      unmade.delete(id)
      const paths = expendable(fetched, unmade)
      if (paths.length === 0) return
      const others = builders.filter((builder) => !held.has(builder))
      const went = await whileNobodyMakes(cache, others, () => discard(cache, paths))
      if (went) for (const one of fetched.keys()) if (!unmade.has(one)) fetched.delete(one)
    },
  }
}

/**
 * Does something with what downloads have left, holding the locks of all that could be reading it.
 * @returns false, with nothing done, where another process makes one of these steps
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
