import { parse as parseToml } from "smol-toml"
import type { ScannedLock } from "./read.ts"

type Entry = Readonly<Record<string, unknown>>

/**
 * Why the scanner did not see all that a lock file names. It drops what it does not know without a word, and a file of which it saw nothing
 * looks like one that names nothing. Undefined: it saw something, or there is nothing in it.
 */
export function droppedIn(lock: ScannedLock, texts: ReadonlyMap<string, string>): string | undefined {
  const { file, form } = lock
  const text = texts.get(file) ?? ""
  const seen = lock.packages.length + lock.passedOver
  if (text.trim() === "") return undefined
  if (form === "Pipfile.lock") return droppedByPipenv(text, seen)
  // npm does not look at it where there is a shrinkwrap beside it, and neither does the scanner.
  if (texts.has(file.replace(/[^/]*$/, "npm-shrinkwrap.json")) && file.endsWith("package-lock.json"))
    return undefined
  const named = Object.hasOwn(namesAny, form) && namesAny[form]?.(text) === true
  return seen === 0 && named ? "the scanner saw no package in it" : undefined
}

/** Whether a lock file names any package of a registry, by its form. Requirement files, go.mod and pom.xml are judged by their lines. */
const namesAny: Readonly<Record<string, (text: string) => boolean>> = {
  "package-lock.json": (text) => npmNamesAny(parsed(() => JSON.parse(text))),
  "pnpm-lock.yaml": (text) => /^packages:[^\S\n]*(?:\{[^\S\n]*[^\s}]|(?:\r?\n)+[ \t]+\S)/m.test(text),
  "yarn.lock": (text) => /^"?(?!__metadata)[^\s#](?!.*@workspace:).*:\r?$/m.test(text),
  "bun.lock": (text) => /"packages"\s*:\s*\{\s*"/.test(text),
  "composer.lock": (text) =>
    listed(
      parsed(() => JSON.parse(text)),
      ["packages", "packages-dev"],
    ).length > 0,
  "packages.lock.json": (text) => /"resolved"\s*:/i.test(text),
  "poetry.lock": tomlNamesAny,
  "uv.lock": tomlNamesAny,
  "pdm.lock": tomlNamesAny,
  "Cargo.lock": tomlNamesAny,
  "gradle.lockfile": gradleNamesAny,
  "buildscript-gradle.lockfile": gradleNamesAny,
  "Gemfile.lock": gemsNameAny,
  "gems.locked": gemsNameAny,
  "mix.lock": (text) => /:\s*\{\s*:\w+/.test(text),
  "pubspec.lock": (text) => /^[ \t]+version:/m.test(text),
}

/** Packages that lie in the tree itself, as those of a workspace, are none of a registry. */
function npmNamesAny(lock: Entry): boolean {
  const packages = entriesOf(lock.packages).filter(
    ([path, { link }]) => path.includes("node_modules/") && link !== true,
  )
  const dependencies = entriesOf(lock.dependencies).filter(
    ([, { version }]) => !(typeof version === "string" && version.startsWith("file:")),
  )
  return packages.length + dependencies.length > 0
}

function tomlNamesAny(text: string): boolean {
  return listed(
    parsed(() => parseToml(text)),
    ["package"],
  ).some(
    ({ source }) => !(isEntry(source) && ["virtual", "editable", "directory"].some((key) => key in source)),
  )
}

function gradleNamesAny(text: string): boolean {
  return text.split(/\r?\n/).some((line) => line.trim() !== "" && !/^\s*#|^empty=/.test(line))
}

function gemsNameAny(text: string): boolean {
  return text.split(/\r?\n(?=\S)/).some((section) => /^GEM\b/.test(section) && /^ {4}\S/m.test(section))
}

/** Packages of git and of addresses have no version there; and groups of a project's own the scanner does not read at all. */
function droppedByPipenv(text: string, seen: number): string | undefined {
  const lock = parsed(() => JSON.parse(text))
  const named = new Set(
    entriesOf(lock)
      .filter(([group]) => group !== "_meta")
      .flatMap(([, packages]) => entriesOf(packages))
      .map(([name, { version, ...other }]) => `${name}@${version ?? JSON.stringify(other)}`),
  )
  return named.size > seen ? `it names ${named.size} packages, and the scanner saw ${seen}` : undefined
}

const isEntry = (value: unknown): value is Entry => typeof value === "object" && value !== null
const entriesOf = (value: unknown): readonly (readonly [string, Entry])[] =>
  isEntry(value)
    ? Object.entries(value).flatMap(([key, one]) => (isEntry(one) ? [[key, one] as const] : []))
    : []
const listed = (lock: Entry, keys: readonly string[]): readonly Entry[] =>
  keys.flatMap((key) => entriesOf(lock[key]).map(([, one]) => one))

/** What is no JSON or TOML is told by itself (misread.ts). */
function parsed(parse: () => unknown): Entry {
  try {
    const lock = parse()
    return isEntry(lock) ? lock : {}
  } catch {
    return {}
  }
}
