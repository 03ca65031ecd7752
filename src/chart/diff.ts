import { canonicalJson, type ManifestChange, toJson } from "../domain/index.ts"
import { diffLines, isChanged } from "./changed-lines.ts"
import { hookOf, isKept, isTestHook } from "./hooks.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"
import { redactChange, secretsOf, yaml } from "./redact.ts"

const shownLines = 200

/**
 * What applying `after` over `before` changes, object by object, in the order of their keys, hooks last; those of
 * `helm test` are left out, because no deployment runs them. It is shown to people, in CI
 * logs and in artifacts: of a secret, old or new, it contains the key and whether it changes, never the value.
 * @param context unchanged lines to show around each change. Default: none, as in plans and their hashes.
 */
export function diffManifests(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
  context = 0,
): readonly ManifestChange[] {
  const old = byKey(before)
  const fresh = byKey(after)
  const known = secretsOf([...before, ...after])
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  return keys.flatMap((key) => {
    const from = old.get(key)
    const to = fresh.get(key)
    const named = to ?? from
    if (named === undefined) return []
    const shown = redactChange(from, to, known)
    const lines = diffLines(yamlLines(shown.before), yamlLines(shown.after), context)
    const action = actionOf(from, to)
    const visible = action === "update" && lines.length === 0 ? [onlyHidden] : lines
    return [{ action, kind: named.kind, name: named.name, diff: cut(visible), ...rulesOf(named) }]
  })
}

/** What Helm does with an object beside applying it. */
function rulesOf(object: ManifestObject): Partial<ManifestChange> {
  const hook = hookOf(object)
  return { ...(hook === null ? {} : { hook }), ...(isKept(object) ? { keep: true } : {}) }
}

/** For an update whose redacted texts are equal, such as two secrets that were swapped. */
const onlyHidden = "  … only values that are not shown change"

function actionOf(
  from: ManifestObject | undefined,
  to: ManifestObject | undefined,
): ManifestChange["action"] {
  if (from === undefined) return "create"
  if (to === undefined) return "delete"
  return canonicalJson(toJson(from.body)) === canonicalJson(toJson(to.body)) ? "unchanged" : "update"
}

function byKey(objects: readonly ManifestObject[]): Map<string, ManifestObject> {
  const shown = objects.filter((object) => !isTestHook(object))
  return new Map(
    shown.map((object) => [`${hookOf(object) === null ? "" : "of an event "}${objectKey(object)}`, object]),
  )
}

function yamlLines(body: ManifestObject["body"] | undefined): readonly string[] {
  return body === undefined ? [] : yaml(body).trimEnd().split("\n")
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= shownLines) return lines
  const left = lines.slice(shownLines).filter(isChanged).length
  if (left === 0) return lines.slice(0, shownLines)
  return [...lines.slice(0, shownLines), `  … ${left} more changed lines`]
}
