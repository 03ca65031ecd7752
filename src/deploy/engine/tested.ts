import { contentDigest, type Digest, toJson } from "../../domain/index.ts"
import { type StoredJournal, withServed } from "../state/index.ts"
import type { Step } from "../steps/step.ts"
import { changedBetween, type Served, type World } from "../world/index.ts"

/** What a driver saw when the tests of an operation began: it names the objects, of which the journal has one digest. */
export type FirstLook = Served["digests"] | null

/** Notes in the journal what the first test of an operation runs against; it is written before that test begins. */
export function noteTested(journal: StoredJournal, step: Step | undefined, world: World): StoredJournal {
  if (step?.tests !== true || journal.served !== undefined || world.served === undefined) return journal
  return withServed(journal, digestOf(world.served))
}

/**
 * What others have changed since the tests began: environment, command, selector, configuration; null for nothing.
 * Images, and objects that are gone, have a look of their own.
 */
export function changedSince(journal: StoredJournal, world: World, first: FirstLook): string | null {
  if (journal.served === undefined || world.served === undefined) return null
  if (digestOf(world.served) === journal.served) return null
  const names = first === null ? [] : changedBetween(first, world.served.digests)
  // Another driver saw them begin.
  return names.length === 0 ? "a workload, Service, Ingress or ConfigMap is not as it was" : names.join(", ")
}

function digestOf({ digests }: Served): Digest {
  return contentDigest(toJson(digests))
}
