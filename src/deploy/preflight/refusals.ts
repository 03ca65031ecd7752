import { type ManifestObject, objectKey } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { DryRunResult } from "./dry-run.ts"
import type { FieldConflict } from "./verdict.ts"

interface Environment {
  readonly name: string
  readonly namespace: string
}

/** Of many objects with the same problem so many are named. */
const named = 5

/** Fields that another client changed, and that the deployment would overwrite. */
export function foreignRefusal(
  environment: Environment,
  conflicts: readonly (readonly [ManifestObject, FieldConflict])[],
): SignalboxError | null {
  if (conflicts.length === 0) return null
  return new SignalboxError("POLICY_REFUSED", {
    what: "fields of this release were changed by another client",
    where: placeOf(environment),
    why: conflicts
      .map(([object, { field, manager }]) => `${objectKey(object)}: ${field} by ${manager}`)
      .sort()
      .join("; "),
    next: "put the change into the chart's values, or undo it; an autoscaler's replicas are left out by `autoscaling`",
  })
}

/** Objects of the deployed revision in an API version that is not served any more: Helm cannot upgrade over it. */
export function goneRefusal(
  environment: Environment,
  revision: number,
  objects: readonly ManifestObject[],
): SignalboxError | null {
  if (objects.length === 0) return null
  const all = objects.map((object) => `${objectKey(object)} needs ${object.apiVersion}`)
  return new SignalboxError("POLICY_REFUSED", {
    what: `Helm cannot upgrade over revision ${revision}: the cluster does not serve what its manifest names`,
    where: placeOf(environment),
    why: [...all.slice(0, named), ...(all.length > named ? [`and ${all.length - named} more`] : [])].join(
      "; ",
    ),
    next: "serve that version again until this release is deployed, or rewrite the stored revision to one that is served (Helm's plugin mapkubeapis); then plan again",
  })
}

/** Objects that the API server rejects: Helm would have failed half way through. */
export function rejectedRefusal(
  environment: Environment,
  results: readonly DryRunResult[],
): SignalboxError | null {
  const refused = results.filter(({ verdict }) => verdict.kind === "refused")
  if (refused.length === 0) return null
  const isJob = refused.some(({ object }) => object.kind === "Job")
  return new SignalboxError("POLICY_REFUSED", {
    what: "the API server does not take what this release has; nothing was changed",
    where: placeOf(environment),
    why: listObjects(refused),
    next: isJob
      ? "a Job cannot be changed: make it a hook (helm.sh/hook: pre-upgrade), or put the version into its name"
      : "fix the chart; where a field cannot be changed, give the object another name",
  })
}

/** Dry runs without an answer. A missing right is the caller's to give; any other cause is the cluster's. */
export function unansweredRefusal(
  environment: Environment,
  results: readonly DryRunResult[],
): SignalboxError | null {
  const forbidden = results.filter(({ verdict }) => verdict.kind === "forbidden")
  const unasked = results.filter(({ verdict }) => verdict.kind === "unasked")
  if (forbidden.length + unasked.length === 0) return null
  const isForbidden = forbidden.length > 0
  return new SignalboxError(isForbidden ? "CLUSTER_REFUSED" : "CLUSTER_UNREACHABLE", {
    what: "the API server could not be asked whether it takes this release, or whether another client has changed its fields",
    where: placeOf(environment),
    why: listObjects([...forbidden, ...unasked]),
    next: isForbidden
      ? "give this call an account that may patch the release's objects, and create new ones: it is used for dry runs only, and can be held to that (src/deploy/README.md, An account for plans)"
      : "see what the API server says, then call again; a webhook has to support dry runs (sideEffects: None)",
  })
}

function placeOf({ name, namespace }: Environment): string {
  return `${name}, namespace ${namespace}`
}

function listObjects(results: readonly DryRunResult[]): string {
  const all = results.map(({ object, verdict }) =>
    "why" in verdict ? `${objectKey(object)}: ${verdict.why}` : objectKey(object),
  )
  const more = all.length - named
  return [...all.slice(0, named), ...(more > 0 ? [`and ${more} more`] : [])].join("; ")
}
