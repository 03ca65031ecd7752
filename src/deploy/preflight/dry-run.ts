import type { KnownSecrets, ManifestObject } from "../../chart/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { RenderedKinds, Resources } from "./resources.ts"
import { type FieldConflict, helmManager, type RenderedObjects, type Verdict, verdictOf } from "./verdict.ts"

/** An object, and the API server's answer to its dry run. */
export interface DryRunResult {
  readonly object: ManifestObject
  readonly verdict: Verdict
}

export interface DryRunRequest {
  readonly api: Pick<ClusterApi, "dryRun">
  readonly resources: Resources
  readonly release: RenderedObjects
  /** The kinds of the chart's `crds/`; null where the release is there already: Helm installs none of them then. */
  readonly chartKinds: RenderedKinds | null
  readonly secrets: KnownSecrets
}

/** Dry runs at once: the connection has as many streams. */
const atOnce = 8

/** Applies objects without effect, each as it was rendered; in their order. */
export async function dryRunAll(
  request: DryRunRequest,
  objects: readonly ManifestObject[],
  force: boolean,
): Promise<readonly DryRunResult[]> {
  const results: DryRunResult[] = []
  for (let from = 0; from < objects.length; from += atOnce) {
    const some = objects.slice(from, from + atOnce)
    results.push(...(await Promise.all(some.map((object) => dryRun(request, object, force)))))
  }
  return results
}

async function dryRun(request: DryRunRequest, object: ManifestObject, force: boolean): Promise<DryRunResult> {
  const { api, resources, release, chartKinds, secrets } = request
  const path = await resources.pathOf(object)
  if (path === null) {
    const why = `the cluster does not know this kind (${object.apiVersion})`
    return { object, verdict: { kind: chartKinds?.has(object) === true ? "later" : "refused", why } }
  }
  const answer = await api.dryRun(path, object.text, { manager: helmManager, force })
  return { object, verdict: verdictOf(answer, release, (text) => secrets.hide(text)) }
}

export function conflictsOf({ verdict }: DryRunResult): readonly FieldConflict[] {
  return verdict.kind === "conflict" ? verdict.conflicts : []
}
