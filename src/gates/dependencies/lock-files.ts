import type { NotLooked } from "../engine/tree-tool/read.ts"

/** A file that names packages by their exact versions, as osv-scanner reads it. */
export interface LockFile {
  /** Relative to the source root. */
  readonly file: string
  /** Name under which osv-scanner knows its form. */
  readonly form: string
  /** Name of its packages' advisories in a database in OSV form. */
  readonly ecosystem: string
  /** Its name says that all of it is for development, as that of `requirements-dev.txt` does. */
  readonly development: boolean
  /** A go.mod that has no go.sum beside it. Absent: it has one, or needs none. */
  readonly withoutSum?: true
}

/** Forms that osv-scanner 2.2 reads, and the ecosystem of each. */
const ecosystemOf: Readonly<Record<string, string>> = {
  "package-lock.json": "npm",
  "pnpm-lock.yaml": "npm",
  "yarn.lock": "npm",
  "bun.lock": "npm",
  "requirements.txt": "PyPI",
  "poetry.lock": "PyPI",
  "uv.lock": "PyPI",
  "Pipfile.lock": "PyPI",
  "pdm.lock": "PyPI",
  "pom.xml": "Maven",
  "gradle.lockfile": "Maven",
  "buildscript-gradle.lockfile": "Maven",
  "go.mod": "Go",
  "Cargo.lock": "crates.io",
  "composer.lock": "Packagist",
  "Gemfile.lock": "RubyGems",
  "gems.locked": "RubyGems",
  "packages.lock.json": "NuGet",
  "mix.lock": "Hex",
  "pubspec.lock": "Pub",
}

export const knownForms: readonly string[] = Object.keys(ecosystemOf)

/** The same form under another name. */
const alias: Readonly<Record<string, string>> = { "npm-shrinkwrap.json": "package-lock.json" }

/** Lock files that the scanner does not read, or under another name alone. */
const unread: readonly RegExp[] = [
  /^(?:bun\.lockb|deno\.lock|pixi\.lock|Podfile\.lock|Package\.resolved|conan\.lock|flake\.lock)$/,
  // `pylock.NAME.toml` is one of several of a project; Gradle names one after settings or a configuration.
  /^pylock(?:\.[^.]+)?\.toml$/,
  /\.lockfile$/,
  /^(?:.*[.-])?conda-lock\.ya?ml$/,
  /^(?:stack\.yaml\.lock|renv\.lock|cabal\.project\.freeze)$/,
  // What older projects of .NET name there stands in no other file.
  /^packages\.config$/,
]

/** Names packages in a form that nobody here reads, or is called like what does: it is told, and refuses nothing. */
const listed: readonly RegExp[] = [/\.deps\.json$/i, /^verification-metadata\.xml$/, /\.lock$/i]

const forDevelopment =
  /(?:^|[-_.])(?:dev|develop|development|tests?|testing|lint|linting|typing|check|checks)(?:[-_.]|$)/i
/** By the name alone: a directory called `dev` may hold what runs in production. */
const isForDevelopment = (file: string): boolean =>
  forDevelopment.test(file.slice(file.lastIndexOf("/") + 1).replace(/\.txt$/i, ""))

/** The form of a file by its name; undefined: it is no lock file that the scanner reads. */
function formOf(file: string): string | undefined {
  const [name = "", directory] = file.split("/").reverse()
  const form = alias[name] ?? name
  if (Object.hasOwn(ecosystemOf, form)) return form
  const isText = /\.txt$/i.test(name)
  const isRequirements = /(?:^|[-_.])requirements?(?:[-_.]|$)/i.test(name) || directory === "requirements"
  return isText && isRequirements ? "requirements.txt" : undefined
}

/** What settings leave out, with the reason that stands there. */
export interface LeftOut {
  /** A file, or a directory with all that is below it. */
  readonly path: string
  readonly reason: string
}

/** The lock files of a tree. */
export interface LockFiles {
  readonly files: readonly LockFile[]
  /** Lock files that nobody looks at, and why. */
  readonly notLooked: readonly NotLooked[]
  /** Entries of `leftOut` that leave nothing out. */
  readonly idle: readonly LeftOut[]
}

/** @param paths all files of the tree */
export function lockFilesIn(paths: readonly string[], leftOut: readonly LeftOut[]): LockFiles {
  const files: LockFile[] = []
  const notLooked: NotLooked[] = []
  const used = new Set<LeftOut>()
  const there = new Set(paths)
  for (const file of paths) {
    const form = formOf(file)
    const name = file.slice(file.lastIndexOf("/") + 1)
    const isUnread = unread.some((pattern) => pattern.test(name))
    const isListed = listed.some((pattern) => pattern.test(name))
    if (form === undefined && !isUnread && !isListed) continue
    const entry = leftOut.find(({ path }) => isBelow(file, path))
    if (entry !== undefined) {
      used.add(entry)
      notLooked.push({ file, why: `left out by gates.dependencies: ${entry.reason}` })
    } else if (form === undefined)
      notLooked.push({ file, why: "nothing here reads this form", ...(isUnread ? { refuses: true } : {}) })
    else {
      const sum = sumOf(file)
      files.push({
        file,
        form,
        ecosystem: ecosystemOf[form] ?? "",
        development: form === "requirements.txt" && isForDevelopment(file),
        ...(sum === undefined || there.has(sum) ? {} : { withoutSum: true }),
      })
    }
  }
  return { files, notLooked, idle: leftOut.filter((one) => !used.has(one)) }
}

/** The go.sum beside a go.mod: until Go 1.16, only there the scanner finds what modules need in turn. Undefined for other files. */
export function sumOf(file: string): string | undefined {
  return /(?:^|\/)go\.mod$/.test(file) ? file.replace(/mod$/, "sum") : undefined
}

/** The scanner looks for a go.sum beside a go.mod, and says nothing where there is none. */
export function withSums(
  files: readonly Pick<LockFile, "file">[],
  paths: readonly string[],
): readonly string[] {
  const all = new Set(paths)
  return files.flatMap(({ file }) => {
    const sum = sumOf(file)
    return sum !== undefined && all.has(sum) ? [file, sum] : [file]
  })
}

/** Whether a file is, or lies below, a path as settings write it. */
export function isBelow(file: string, path: string): boolean {
  const clean = path.replace(/^(?:\.\/)+|\/+$/g, "")
  return clean === "" || clean === "." || file === clean || file.startsWith(`${clean}/`)
}
