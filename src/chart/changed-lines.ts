import { structuredPatch } from "diff/lib/patch/create.js"
import { placeIn } from "./place-in-yaml.ts"

/**
 * Above this many added and removed lines, two texts are no longer compared line by line: the time that it takes grows
 * with their square. A count and not a time limit, so that equal texts give an equal diff on every machine.
 */
const mostEdits = 1000

/** Changed lines, `-`/`+` prefixed, with up to `context` lines around them; `place` is that of the first changed line. */
interface Hunk {
  readonly lines: readonly string[]
  readonly place: string
}

/**
 * Changed lines of a YAML document.
 * @param context unchanged lines shown around each change. 0: changed lines only; otherwise each hunk begins with
 *   a line `@@ path @@`, unless one of the two texts is empty.
 */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  context = 0,
): readonly string[] {
  const hunks = hunksOf(before, after, context)
  if (context === 0 || before.length === 0 || after.length === 0) return hunks.flatMap(({ lines }) => lines)
  return hunks.flatMap(({ lines, place }) => [place === "" ? "@@ @@" : `@@ ${place} @@`, ...lines])
}

function hunksOf(before: readonly string[], after: readonly string[], context: number): readonly Hunk[] {
  const options = { context, maxEditLength: mostEdits }
  const patch = structuredPatch("", "", textOf(before), textOf(after), undefined, undefined, options)
  if (patch === undefined) return [replaced(before, after, context)]
  return patch.hunks.map(({ lines, oldStart, newStart }) => {
    const first = lines.findIndex(isChanged)
    // Lines count from 1; a hunk without lines of one side names the line before it.
    const place =
      lines[first]?.startsWith("-") === true
        ? placeIn(before, oldStart - 1 + first)
        : placeIn(after, newStart - 1 + first)
    return { lines, place }
  })
}

/** One hunk for texts that differ too much: everything between their common beginning and end is replaced. */
function replaced(before: readonly string[], after: readonly string[], context: number): Hunk {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const lines = [
    ...before.slice(Math.max(0, start - context), start).map((line) => ` ${line}`),
    ...before.slice(start, before.length - end).map((line) => `-${line}`),
    ...after.slice(start, after.length - end).map((line) => `+${line}`),
    ...after.slice(after.length - end, after.length - end + context).map((line) => ` ${line}`),
  ]
  return { lines, place: placeIn(start < before.length - end ? before : after, start) }
}

export function isChanged(line: string): boolean {
  return line.startsWith("-") || line.startsWith("+")
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("")
}
