/**
 * Requirement files of pip. Such a file is taken for a lock file: it names every package that is installed, each by its
 * exact version. What pip would have to look up on the day of the build is refused, with its line.
 */
import { SignalboxError } from "../../domain/index.ts"
import { normalName } from "./names.ts"

/** One package of a requirement file. */
export interface Requirement {
  /** Normalised: `zope-interface`. */
  readonly name: string
  /** Undefined where an address names it: what it has inside tells its version. */
  readonly version?: string | undefined
  readonly line: number
}

/** A requirement file, read. */
export interface RequirementFile {
  readonly packages: readonly Requirement[]
  /** Further files that it names (`-r`, `-c`), as they stand there. */
  readonly includes: readonly { readonly path: string; readonly line: number; readonly constraint: boolean }[]
}

/** One line of a requirement file as pip reads it, with the number of the line that it begins in. */
interface Logical {
  readonly text: string
  readonly line: number
}

/** Options of pip that may stand in the file: where packages come from, and in which form. */
const allowed =
  /^(?:-i|--index-url|--extra-index-url|--no-index|-f|--find-links|--no-binary|--only-binary|--prefer-binary|--require-hashes|--pre|--trusted-host|--use-feature)(?:[\s=]|$)/
const include = /^(?:(-r|--requirement)|(-c|--constraint))[\s=]*(\S+)$/

/** `NAME[EXTRAS]==VERSION`; the arbitrary equality `===` too. A wildcard is no version. */
const pinned =
  /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*===?\s*([A-Za-z0-9][^\s,;*()]*)\s*\)?$/
const addressed = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)$/

/** @throws CONFIG_INVALID that names the line */
export function requirementsIn(text: string, file: string): RequirementFile {
  const packages: Requirement[] = []
  const includes: RequirementFile["includes"][number][] = []
  for (const { text: whole, line } of logicalLines(text)) {
    const [, required, , path] = include.exec(whole) ?? []
    if (path !== undefined) includes.push({ path, line, constraint: required === undefined })
    else if (!allowed.test(whole)) packages.push(requirement(whole, file, line))
  }
  return { packages, includes }
}

function requirement(whole: string, file: string, line: number): Requirement {
  // Options of a requirement stand behind it; a marker behind a semicolon, which an address needs a blank in front of.
  const [plain = ""] = whole.split(/\s+--(?:hash|config-settings|global-option)\b/)
  const [, name, version] = pinned.exec(withoutMarker(plain)) ?? []
  if (name !== undefined && version !== undefined) return { name: normalName(name), version, line }
  const [, named, address = ""] = addressed.exec(plain.split(/\s;/)[0]?.trim() ?? "") ?? []
  if (named === undefined) throw unpinned(whole, file, line)
  if (!isFixed(address, whole)) throw unfixed(named, address, file, line)
  return { name: normalName(named), line }
}

function withoutMarker(text: string): string {
  return (text.split(";")[0] ?? "").trim()
}

/** A commit, or an archive by its hash: anything else at an address may be another one tomorrow. */
function isFixed(address: string, whole: string): boolean {
  if (address.startsWith("git+")) return /@[0-9a-f]{40}(?:#|$)/.test(address)
  return (
    /^https:\/\//.test(address) && (/#(?:.*&)?sha256=[0-9a-f]{64}/.test(address) || /--hash[=\s]/.test(whole))
  )
}

/** Lines without comments, those that end with a backslash joined with the next. */
export function logicalLines(text: string): readonly Logical[] {
  const found: Logical[] = []
  let open: { text: string; line: number } | undefined
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    const isComment = /^\s*#/.test(raw)
    const part = isComment ? "" : raw
    open = open === undefined ? { text: part, line: index + 1 } : { ...open, text: `${open.text}${part}` }
    if (!isComment && raw.endsWith("\\")) {
      open = { ...open, text: open.text.slice(0, -1) }
      continue
    }
    const plain = open.text.replace(/(^|\s)#.*$/, "").trim()
    if (plain !== "") found.push({ text: plain, line: open.line })
    open = undefined
  }
  const rest = open?.text.trim() ?? ""
  return rest === "" || open === undefined ? found : [...found, { text: rest, line: open.line }]
}

function unpinned(whole: string, file: string, line: number): SignalboxError {
  const local = /^(?:-e|--editable)\b|^\.{0,2}\/|^file:|^\.$/.test(whole)
  return new SignalboxError("CONFIG_INVALID", {
    what: local
      ? `a requirement is a directory or a file: ${shown(whole)}`
      : `a requirement has no exact version: ${shown(whole)}`,
    where: `${file}:${line}`,
    why: local
      ? "packages are installed by this file alone, and the component's own directory is in the module path already"
      : "an image is made of exactly what this file names: another day, pip would choose another version",
    next: local
      ? "leave the line out for the component itself; publish another package, or use uv or Poetry"
      : "pin it (NAME==VERSION), with all that it depends on: pip-compile --generate-hashes, or uv pip compile",
  })
}

function unfixed(name: string, address: string, file: string, line: number): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `the address of ${name} may have another content tomorrow: ${shown(address)}`,
    where: `${file}:${line}`,
    next: "name a whole commit (git+https://HOST/PATH@COMMIT), or the archive's hash (#sha256=…)",
  })
}

/** Without a user in an address. */
function shown(text: string): string {
  return text.replaceAll(/:\/\/[^/@\s]*@/g, "://…@").slice(0, 120)
}
