import { stringify } from "yaml"
import type { ManifestChange } from "../domain/index.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"

const shownLines = 200

/** What applying `after` over `before` changes, object by object, in the order of their keys. */
export function diffManifests(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
): readonly ManifestChange[] {
  const old = byKey(before)
  const fresh = byKey(after)
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  return keys.flatMap((key) => {
    const from = old.get(key)
    const to = fresh.get(key)
    const named = to ?? from
    if (named === undefined) return []
    const lines = diffLines(yamlLines(from), yamlLines(to))
    const action =
      from === undefined ? "create" : to === undefined ? "delete" : lines.length > 0 ? "update" : "unchanged"
    return [{ action, kind: named.kind, name: named.name, diff: cut(lines) }]
  })
}

function byKey(objects: readonly ManifestObject[]): Map<string, ManifestObject> {
  return new Map(withoutHooks(objects).map((object) => [objectKey(object), object]))
}

function yamlLines(object: ManifestObject | undefined): readonly string[] {
  if (object === undefined) return []
  return stringify(object.body, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })
    .trimEnd()
    .split("\n")
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
