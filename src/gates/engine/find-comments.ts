/** Comments that switch a tool off for a line or a file, as run-tool.ts finds them in what the tool judges. */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"

export interface Comment {
  readonly file: string
  readonly line: number
  /** The line, shortened. */
  readonly text: string
}

/** Larger files are generated. */
const largest = 1 << 20
const most = 500
const shown = 200

/** @param pattern a regular expression of one line. */
export function findComments(
  directory: string,
  files: Iterable<string>,
  pattern: string,
): readonly Comment[] {
  const wanted = new RegExp(pattern)
  const found: Comment[] = []
  for (const file of files) {
    const path = join(directory, file)
    if (!/\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|java|go|rs)$/.test(file) || statSync(path).size > largest)
      continue
    for (const [index, text] of readFileSync(path, "utf8").split("\n").entries())
      if (wanted.test(text)) found.push({ file, line: index + 1, text: text.trim().slice(0, shown) })
  }
  return found.slice(0, most)
}
