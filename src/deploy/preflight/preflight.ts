import {
  type ChartFiles,
  type KnownSecrets,
  type ManifestObject,
  objectKey,
  placedKey,
  withoutHooks,
} from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import { conflictsOf, type DryRunRequest, type DryRunResult, dryRunAll } from "./dry-run.ts"
import { hasField } from "./fields.ts"
import { definitionsAmong, definitionsIn } from "./names.ts"
import { foreignRefusal, goneRefusal, rejectedRefusal, unansweredRefusal } from "./refusals.ts"
import { Resources, renderedKinds } from "./resources.ts"
import type { FieldConflict } from "./verdict.ts"

export interface Preflight {
  readonly api: Pick<ClusterApi, "dryRun" | "json">
  readonly environment: { readonly name: string; readonly namespace: string }
  /** Rendered for this environment. */
  readonly objects: readonly ManifestObject[]
  readonly chart: ChartFiles
  /** What Helm's newest revision applied; null at the first installation. */
  readonly deployed: readonly ManifestObject[] | null
  /** The revision that Helm compares with, because it counts as deployed; null where there is none. */
  readonly base: { readonly revision: number; readonly objects: readonly ManifestObject[] } | null
  readonly secrets: KnownSecrets
  /** Gets a line for each object that cannot be tried yet, though nothing is wrong with it. */
  readonly say: (line: string) => void
}

/**
 * Applies the whole release as a dry run, before anything is changed. It finds manual changes that would be overwritten
 * and objects that the API server would reject half way through; a dry run without an answer is reported as such.
 */
export async function preflight(request: Preflight): Promise<readonly SignalboxError[]> {
  const { api, environment, secrets } = request
  const objects = withoutHooks(request.objects)
  const dryRun: DryRunRequest = {
    api,
    resources: new Resources(api, environment.namespace),
    release: { objects, definitions: [...definitionsAmong(objects), ...definitionsIn(request.chart)] },
    chartKinds: request.deployed === null ? renderedKinds(request.chart) : null,
    secrets,
  }
  try {
    const first = await dryRunAll(dryRun, objects, false)
    const key = (object: ManifestObject) => placedKey(object, environment.namespace)
    const foreign = await foreignFields(dryRun, first, withoutHooks(request.deployed ?? []), key)
    // The API server stops at a conflict, and Helm overrides those that change no value: these objects are tried with
    // force.
    const again = await dryRunAll(
      dryRun,
      first.filter(isConflict).map(({ object }) => object),
      true,
    )
    const results = [...first.filter((one) => !isConflict(one)), ...again]
    for (const { object, verdict } of results)
      if (verdict.kind === "later")
        request.say(secrets.hide(`not dry-run before it exists: ${objectKey(object)}: ${verdict.why}`))
    const all = [
      await goneFrom(dryRun.resources, environment, request.base),
      foreignRefusal(environment, foreign),
      rejectedRefusal(environment, results),
      unansweredRefusal(environment, results),
    ]
    return all.filter((one) => one !== null).map((one) => hidden(one, secrets))
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    const redacted = hidden(error, secrets)
    if (["CLUSTER_REFUSED", "CLUSTER_UNREACHABLE"].includes(redacted.code)) return [redacted]
    throw redacted
  }
}

/**
 * Helm builds every object of the deployed revision before it upgrades, and fails where the cluster no longer serves one of
 * their versions: after the approval, and on every further attempt.
 */
async function goneFrom(
  resources: Resources,
  environment: Preflight["environment"],
  base: Preflight["base"],
): Promise<SignalboxError | null> {
  const objects = withoutHooks(base?.objects ?? [])
  const paths = await Promise.all(objects.map((object) => resources.pathOf(object)))
  return goneRefusal(
    environment,
    base?.revision ?? 0,
    objects.filter((_, index) => paths[index] === null),
  )
}

function isConflict({ verdict }: DryRunResult): boolean {
  return verdict.kind === "conflict"
}

/** A field that another manager owns with the deployed value is no change. */
async function foreignFields(
  dryRun: DryRunRequest,
  results: readonly DryRunResult[],
  deployed: readonly ManifestObject[],
  key: (object: ManifestObject) => string,
): Promise<readonly (readonly [ManifestObject, FieldConflict])[]> {
  const foreign = results.filter((one) => conflictsOf(one).length > 0)
  const before = foreign.flatMap(({ object }) => deployed.filter((one) => key(one) === key(object)))
  const answers = new Map((await dryRunAll(dryRun, before, false)).map((one) => [key(one.object), one]))
  return foreign.flatMap(({ object, verdict }) => {
    const answer = answers.get(key(object))
    const all = verdict.kind === "conflict" ? verdict.conflicts : []
    return all.filter((one) => isChange(one, answer)).map((one) => [object, one] as const)
  })
}

/** @param before what the API server says to the object as it was deployed; whatever is no answer shows no agreement. */
function isChange({ field, manager }: FieldConflict, before: DryRunResult | undefined): boolean {
  if (before === undefined || !hasField(before.object.body, field)) return true
  if (before.verdict.kind === "accepted") return false
  const conflicts = conflictsOf(before)
  return (
    before.verdict.kind !== "conflict" ||
    conflicts.some((one) => one.field === field && one.manager === manager)
  )
}

/** Removes secrets from an error: whatever the request, the API server's answer may quote what was sent. */
export function hidden({ code, detail, cause }: SignalboxError, secrets: KnownSecrets): SignalboxError {
  const hide = (text: string | undefined) => (text === undefined ? undefined : secrets.hide(text))
  const [where, why] = [hide(detail.where), hide(detail.why)?.slice(0, 2000)]
  const redacted = {
    ...detail,
    what: secrets.hide(detail.what),
    ...(where === undefined ? {} : { where }),
    ...(why === undefined ? {} : { why }),
  }
  return new SignalboxError(code, redacted, { cause })
}
