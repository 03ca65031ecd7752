import type { KnownSecrets, ManifestObject } from "../../chart/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { BroughtKinds, Resources } from "./resources.ts"
import { type FieldConflict, helmManager, type Made, type Verdict, verdictOf } from "./verdict.ts"

/** An object, and what the API server says to it. */
export interface Asked {
  readonly object: ManifestObject
  readonly verdict: Verdict
}

export interface Question {
  readonly api: Pick<ClusterApi, "dryRun">
  readonly resources: Resources
  readonly release: Made
  /** Null where the release is there already: Helm installs no `crds/` then. */
  readonly brings: BroughtKinds | null
  readonly secrets: KnownSecrets
}

/** At once: the connection has as many. */
const together = 8

/** Applies objects without effect, each as it was rendered; in their order. */
export async function askFor(
  question: Question,
  objects: readonly ManifestObject[],
  force: boolean,
): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  for (let from = 0; from < objects.length; from += together) {
    const some = objects.slice(from, from + together)
    asked.push(...(await Promise.all(some.map((object) => ask(question, object, force)))))
  }
  return asked
}

async function ask(question: Question, object: ManifestObject, force: boolean): Promise<Asked> {
  const { api, resources, release, brings, secrets } = question
  const path = await resources.pathOf(object)
  if (path === null) {
    const why = `the cluster does not know this kind (${object.apiVersion})`
    return { object, verdict: { kind: brings?.has(object) === true ? "later" : "refused", why } }
  }
  const answer = await api.dryRun(path, object.text, { manager: helmManager, force })
  return { object, verdict: verdictOf(answer, release, (text) => secrets.hide(text)) }
}

export function conflictsOf({ verdict }: Asked): readonly FieldConflict[] {
  return verdict.kind === "conflict" ? verdict.conflicts : []
}
