import { canonicalJson, type ManifestChange, toJson } from "../domain/index.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"
import { redactChange, secretsOf, yaml } from "./redact.ts"

const shownLines = 200

/**
 * What applying `after` over `before` changes, object by object, in the order of their keys. People, CI logs and
 * artifacts get it: of a secret, old or new, it has the key and whether it changes, never the value.
 */
export function diffManifests(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
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
    const lines = diffLines(yamlLines(shown.before), yamlLines(shown.after))
    const action = actionOf(from, to)
    const unseen = action === "update" && lines.length === 0 ? [onlyHidden] : lines
    return [{ action, kind: named.kind, name: named.name, diff: cut(unseen) }]
  })
}

/** Two secrets have changed places, or one has that is part of a longer text. */
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
  return new Map(withoutHooks(objects).map((object) => [objectKey(object), object]))
}

function yamlLines(body: ManifestObject["body"] | undefined): readonly string[] {
  return body === undefined ? [] : yaml(body).trimEnd().split("\n")
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= shownLines) return lines
  return [...lines.slice(0, shownLines), `  … ${lines.length - shownLines} more changed lines`]
}

/**
 * Changed lines, `-` and `+` prefixed, by the longest common subsequence.
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly string[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++
  const from = before.slice(start, before.length - end)
  const to = after.slice(start, after.length - end)
  if (from.length * to.length > 4_000_000)
    return [...from.map((line) => `-${line}`), ...to.map((line) => `+${line}`)]
  return walk(from, to, commonLengths(from, to))
}

function commonLengths(from: readonly string[], to: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1))
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--) {
      const row = table[i]
      if (row === undefined) continue
      row[j] =
        from[i] === to[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1))
    }
  return table
}

function walk(
  from: readonly string[],
  to: readonly string[],
  table: readonly Uint32Array[],
): readonly string[] {
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      i++
      j++
    } else if (i < from.length && (j >= to.length || at(table, i + 1, j) >= at(table, i, j + 1))) {
      lines.push(`-${from[i] ?? ""}`)
      i++
    } else {
      lines.push(`+${to[j] ?? ""}`)
      j++
    }
  }
  return lines
}

function at(table: readonly Uint32Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0
}
