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
/**
 * Lines of nothing but options that name no package and lead to no file. Whatever else stands beside them, pip obeys it and nobody here has
 * looked at it: `--pre -r more.txt`.
 */
const option =
  /^(?:(?:--(?:no-index|pre|prefer-binary|require-hashes)|-[if] ?[^\s-]\S*|--(?:index-url|extra-index-url|find-links|no-binary|only-binary|trusted-host|use-feature|hash|config-settings)[ =][^\s-]\S*)(?: |$))+$/
/** A line that takes another file in, or has versions from there. */
const leading = /^(?:-([rc]) ?|--(requirement|constraint)[ =])([^\s-]\S*)$/
const address = /^[a-z][a-z0-9+.-]*:/i

/**
 * Lines that the scanner cannot look up: ranges, of which it would take the lowest version, bare names, which it leaves out without a word,
 * addresses and local paths.
 */
export function unpinnedIn(text: string): readonly Unpinned[] {
  return linesOf(text)
    .filter((one) => ![exact, option, leading].some((form) => form.test(one.text)))
    .map((one) => ({
      line: one.line,
      text: one.text.slice(0, longest),
      name: /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=~!;].*)?$/.exec(one.text)?.[1],
    }))
}

/** Names of the packages with an exact version, as indexes compare them. */
export function pinnedIn(text: string): ReadonlySet<string> {
  return new Set(pinnedLines(text).map(({ name }) => name))
}

/** The same, each with its line. */
export function pinnedLines(text: string): readonly (Line & { readonly name: string })[] {
  return linesOf(text).flatMap((one) => {
    const name = normal(exact.exec(one.text)?.[1])
    return name === undefined ? [] : [{ ...one, name }]
  })
}

/** Another file that a requirement file leads to: it takes it in, or has versions from it of what it names. */
interface Led {
  readonly file: string
  readonly constraint: boolean
}

/** Those of the tree, relative to the source root. */
export function ledTo(file: string, text: string): readonly Led[] {
  return ledIn(text)
    .filter((one) => !address.test(one.file))
    .map((one) => ({ ...one, file: posix.join(posix.dirname(file), one.file) }))
}

/** Those, and what they lead to in turn, without the file itself. */
export function allLedTo(file: string, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set([file])
  for (const one of found) for (const led of ledTo(one, texts.get(one) ?? "")) found.add(led.file)
  found.delete(file)
  return found
}

/** Addresses that it leads to: pip loads what stands there, and nobody has looked at it. */
export function ledAway(text: string): readonly string[] {
  return ledIn(text).flatMap((one) => (address.test(one.file) ? [one.file] : []))
}

function ledIn(text: string): readonly Led[] {
  return linesOf(text).flatMap((one) => {
    const [, short, long, path] = leading.exec(one.text) ?? []
    return path === undefined ? [] : [{ file: path, constraint: (short ?? long ?? "").startsWith("c") }]
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
