import { structuredPatch } from "diff/lib/patch/create.js"
import { placeIn } from "./place-in-yaml.ts"

/**
 * Lines that come or go, beyond which two texts are no longer compared line by line: comparing takes the square of them.
 * It is a number of lines and no time limit, so that equal texts give an equal diff on every machine.
 */
const mostEdits = 1000

/** Lines that change, `-` and `+` prefixed, with up to `context` lines round them; `place` is of the first that changes. */
interface Hunk {
  readonly lines: readonly string[]
  readonly place: string
}

/**
 * Changed lines of a YAML document.
 * @param context unchanged lines that are shown round each change. 0: only what changes; otherwise each place begins with
 *   a line `@@ path @@`, as long as there is something before and after.
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

/** Two texts that have little in common: all between what they begin and end with alike goes, and all comes. */
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
