import { diffManifests, type ManifestObject, parseManifests } from "../../chart/index.ts"
import type { LedgerEntry, ManifestChange } from "../../domain/index.ts"
import { appliedBy } from "../helm/index.ts"
import type { World } from "../world/index.ts"
import type { Target } from "./target.ts"

/** Unchanged lines round each change of a plan that a person reads. */
const shownContext = 3

/** What an operation applies: objects with hooks, and what Helm installs before them. */
export type Applied = Pick<Target, "objects" | "crds">

/** What a rollback to an entry rolls out; null where Helm does not have its revision any more. */
export function appliedByEntry({ revisions }: World, { set }: LedgerEntry): Applied | null {
  const revision = revisions.findLast((one) => one.manifests === set.manifests)
  return revision === undefined ? null : { objects: appliedBy(revision), crds: "" }
}

/** What a plan holds of what it changes: the changed lines alone. */
export function changesTo(world: World, target: Applied | null): readonly ManifestChange[] {
  return allChanges(world, target, 0)
}

/** The same for people, with the lines round each change. It is no part of the plan: how it is shown moves no hash. */
export function shownChanges(world: World, target: Applied | null): readonly ManifestChange[] {
  return allChanges(world, target, shownContext)
}

function allChanges(world: World, target: Applied | null, context: number): readonly ManifestChange[] {
  if (target === null) return []
  const definitions = diffManifests([], parseManifests(target.crds), context)
  return [
    ...definitions.map((one) => ({ ...one, definition: true as const })),
    ...diffManifests(currentObjects(world), target.objects, context),
  ]
}

function currentObjects({ current, revisions }: World): readonly ManifestObject[] {
  // What a failed upgrade left half done is compared with what was deployed before it.
  const running =
    current?.status === "deployed" ? current : revisions.findLast((one) => one.status === "deployed")
  const compared = running ?? current
  return compared === null ? [] : appliedBy(compared)
}
