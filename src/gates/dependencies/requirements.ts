import { posix } from "node:path"

/** A line of a requirement file of pip, without comments; one that goes on behind a backslash is one. */
interface Line {
  readonly line: number
  readonly text: string
}

/** A line that names a package, or more of them, and no exact version. */
export interface Unpinned extends Line {
  /** The package, where it is one of an index. */
  readonly name: string | undefined
}

const longest = 120
const exact = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*[\w.!+-]+\s*(?:;.*?)?(?:\s--hash=.*)?$/
/** Options that name no package. */
const option =
  /^--?(?:i|index-url|extra-index-url|no-index|f|find-links|pre|prefer-binary|no-binary|only-binary|trusted-host|require-hashes|use-feature|hash|config-settings|r|requirement|c|constraint)\b/

/**
 * Lines that the scanner cannot look up: ranges, of which it would take the lowest version, bare names, which it leaves out without a word,
 * addresses and local paths.
 */
export function unpinnedIn(text: string): readonly Unpinned[] {
  return linesOf(text)
    .filter((one) => !exact.test(one.text) && !option.test(one.text))
    .map((one) => ({
      line: one.line,
      text: one.text.slice(0, longest),
      name: /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=~!;].*)?$/.exec(one.text)?.[1],
    }))
}

/** Names of the packages with an exact version, as indexes compare them. */
export function pinnedIn(text: string): ReadonlySet<string> {
  return new Set(linesOf(text).flatMap((one) => normal(exact.exec(one.text)?.[1]) ?? []))
}

/** Other files that a requirement file leads to, relative to the source root: those that it takes in, and those with versions of what it names. */
export function ledTo(
  file: string,
  text: string,
): readonly { readonly file: string; readonly constraint: boolean }[] {
  return linesOf(text).flatMap((one) => {
    const [, name, path = ""] = /^(-r|--requirement|-c|--constraint)[\s=]*(\S+)/.exec(one.text) ?? []
    const isLocal = path !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(path)
    const constraint = name === "-c" || name === "--constraint"
    return isLocal ? [{ file: posix.join(posix.dirname(file), path), constraint }] : []
  })
}

export function normal(name: string | undefined): string | undefined {
  return name?.toLowerCase().replaceAll(/[-_.]+/g, "-")
}

function linesOf(text: string): readonly Line[] {
  const found: Line[] = []
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1
    let whole = withoutComment(lines[at] ?? "")
    while (whole.endsWith("\\") && at + 1 < lines.length) {
      at += 1
      whole = `${whole.slice(0, -1)} ${withoutComment(lines[at] ?? "")}`
    }
    // One space each: expressions that meet 100,000 in a row would try them all over and over.
    const text = whole.replaceAll(/\s+/g, " ").trim()
    if (text !== "") found.push({ line, text })
  }
  return found
}

/** pip takes `#` for a comment at the start of a line and behind white space. */
function withoutComment(line: string): string {
  return line.replace(/(?:^|\s)#.*$/, "").trimEnd()
}
