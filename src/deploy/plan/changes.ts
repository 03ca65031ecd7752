import { diffManifests, type ManifestObject, parseManifests } from "../../chart/index.ts"
import type { LedgerEntry, ManifestChange } from "../../domain/index.ts"
import type { World } from "../world/index.ts"

/** Unchanged lines round each change of a plan that a person reads. */
const shownContext = 3

/** What a rollback to an entry rolls out; null where Helm does not have its revision any more. */
export function objectsOf({ revisions }: World, { set }: LedgerEntry): readonly ManifestObject[] | null {
  const revision = revisions.findLast((one) => one.manifests === set.manifests)
  return revision === undefined ? null : parseManifests(revision.manifest)
}

/** What a plan holds of what it changes: the changed lines alone. */
export function changesTo(world: World, target: readonly ManifestObject[] | null): readonly ManifestChange[] {
  return target === null ? [] : diffManifests(currentObjects(world), target)
}

/** The same for people, with the lines round each change. It is no part of the plan: how it is shown moves no hash. */
export function shownChanges(
  world: World,
  target: readonly ManifestObject[] | null,
): readonly ManifestChange[] {
  return target === null ? [] : diffManifests(currentObjects(world), target, shownContext)
}

function currentObjects({ current, revisions }: World): readonly ManifestObject[] {
  // What a failed upgrade left half done is compared with what was deployed before it.
  const running =
    current?.status === "deployed" ? current : revisions.findLast((one) => one.status === "deployed")
  const compared = running ?? current
  return compared === null ? [] : parseManifests(compared.manifest)
}
