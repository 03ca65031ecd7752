import {
  contentDigest,
  type Digest,
  type Plan,
  type PlanBasis,
  type PlanProof,
  type ReleaseDigests,
  toJson,
} from "../../domain/index.ts"

/** Whether two image maps are equal; empty ones name nothing and equal nothing. */
export function sameImages(a: ReleaseDigests["images"], b: ReleaseDigests["images"]): boolean {
  const names = Object.keys(a)
  return (
    names.length > 0 &&
    names.length === Object.keys(b).length &&
    names.every((name) => a[name] !== undefined && a[name] === b[name])
  )
}

/**
 * Digest of what a release is made of, whatever version it goes by. A set of an earlier version is known by all of its
 * values, the version among them.
 */
export function contentOf({ images, chart, values, configuration = values }: ReleaseDigests): Digest {
  return contentDigest(toJson({ images, chart, configuration }))
}

/** The same digests all the way down to the rendered manifests. */
export function sameSet(a: ReleaseDigests, b: ReleaseDigests): boolean {
  return (
    a.record === b.record &&
    a.chart === b.chart &&
    a.manifests === b.manifests &&
    sameImages(a.images, b.images)
  )
}

/**
 * Whether a plan holds its release against what is wanted now. A rollback names no proof of its own: its target is
 * proven by what verified it. What an earlier version did not write down was not planned otherwise.
 */
export function sameProof(planned: PlanProof | null, wanted: PlanProof): boolean {
  if (planned === null) return true
  const load =
    planned.load === null ? null : { inconclusive: wanted.load?.inconclusive ?? "return", ...planned.load }
  const objectives = { expectedStatuses: [], ...planned.objectives }
  return contentDigest(toJson({ ...planned, load, objectives })) === contentDigest(toJson(wanted))
}

/**
 * Whether a plan rests on the same settings, gates and tools. Hooks and definitions are the chart's: an installation that
 * is taken up again is rendered as an upgrade. What an earlier version did not write down was not planned otherwise.
 */
export function sameBasis(planned: PlanBasis | undefined, wanted: PlanBasis): boolean {
  if (planned === undefined) return true
  const compared = ({ outside: _ofChart, namedGates, policy, ...rest }: PlanBasis) => {
    const { signingKeys, ...others } = policy
    const keys = planned.policy.signingKeys === undefined ? {} : { signingKeys }
    const gates = planned.namedGates === undefined ? {} : { namedGates }
    return contentDigest(toJson({ ...rest, ...gates, policy: { ...others, ...keys } }))
  }
  return compared(planned) === compared(wanted)
}

/** The same release with the same values; rendering may differ between an installation and an upgrade. */
export function sameRelease(a: ReleaseDigests, b: ReleaseDigests): boolean {
  return (
    a.record === b.record && a.chart === b.chart && a.values === b.values && sameImages(a.images, b.images)
  )
}

/** Whether the steps of two plans do exactly the same, as far as that is the plan's to say; words may differ. */
export function sameDetails(planned: Plan["steps"], wanted: Plan["steps"]): boolean {
  const detailed = (steps: Plan["steps"]) =>
    contentDigest(
      toJson(steps.flatMap(({ id, details }) => (details === undefined ? [] : [{ id, details }]))),
    )
  return detailed(planned) === detailed(wanted)
}
