/**
 * `node select.ts REQUEST ROOT OUT`: copies the code of a tree to OUT/tree, so that nothing else of it can say what is judged: no ignore
 * file, no settings. OUT/selected.json says which files these are, what was left out, and which comments would switch a tool off. REQUEST
 * is a JSON file (SelectRequest). Links are not followed: what they lead to is judged in its own place, or they are named. No packages.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { dirname, extname, join, relative } from "node:path"
import { codeAt } from "../engine/code-digests.ts"
import { kindByFirstLine, unknownProgram } from "./first-line.ts"
import { judgedText, type Silencer, silencersIn, unreadableText } from "./source-text.ts"

export interface FileKind {
  readonly name: string
  readonly title: string
  /** The first one is given to files of `more` and to scripts. */
  readonly endings: readonly string[]
  readonly more: readonly string[]
  readonly interpreters: readonly string[]
}

export interface SelectRequest {
  readonly kinds: readonly FileKind[]
  /** Kinds of which there are rules. */
  readonly ruled: readonly string[]
  /** What is told of files with code that no rule reads, by ending. */
  readonly mixed: Readonly<Record<string, string>>
  readonly exclude: readonly { readonly path: string; readonly reason: string }[]
  /** The tree is that of a commit: nothing in it was only installed. Default: false. */
  readonly committed?: boolean
}

interface NotLooked {
  readonly file: string
  readonly why: string
  readonly refuses?: true | undefined
  /** What stands there, as a digest, where it refuses. */
  readonly code?: string | undefined
}

export interface Selected {
  /** Files that are given to the tools, where `as` is not there under their own names. */
  readonly files: readonly {
    readonly file: string
    readonly language: string
    readonly as?: string | undefined
  }[]
  readonly notLooked: readonly NotLooked[]
  readonly silencers: readonly Silencer[]
}

const firstBytes = 256
/** Where packages and the history lie: nobody judges what is in there. */
const notEntered = [".git", "node_modules"]
/** A file of this name says to semgrep what it leaves out. */
const semgrepIgnore = ".semgrepignore"

/** The kind of a file by its ending, in any case, and the ending that the tools know. */
export function kindByName(file: string, kinds: readonly FileKind[]) {
  const ending = extname(file)
  const lower = ending.toLowerCase()
  for (const kind of kinds) {
    if (kind.endings.includes(lower)) return { kind, ending: ending === lower ? undefined : lower }
    if (kind.more.includes(lower)) return { kind, ending: kind.endings[0] }
  }
  return undefined
}

function firstLineOf(path: Buffer): string {
  const handle = openSync(path, "r")
  try {
    const buffer = Buffer.alloc(firstBytes)
    return buffer.toString("latin1", 0, readSync(handle, buffer)).split(/\r?\n/, 1)[0] ?? ""
  } finally {
    closeSync(handle)
  }
}

interface Entry {
  readonly file: string
  /** Its bytes: not every name is UTF-8. */
  readonly path: Buffer
  readonly is: "file" | "link" | "directory" | "closed"
}

function entriesBelow(root: Buffer, below: readonly Buffer[] = []): readonly Entry[] {
  const slash = Buffer.from("/")
  const pathOf = (names: readonly Buffer[]) => Buffer.concat(names.flatMap((name) => [slash, name]).slice(1))
  const directory = pathOf([root, ...below])
  return readdirSync(directory, { withFileTypes: true, encoding: "buffer" }).flatMap((entry) => {
    const names = [...below, entry.name]
    const one = { file: pathOf(names).toString("utf8"), path: pathOf([root, ...names]) }
    if (entry.isDirectory()) {
      const isClosed = notEntered.includes(entry.name.toString("utf8"))
      return isClosed
        ? [{ ...one, is: "closed" as const }]
        : [{ ...one, is: "directory" as const }, ...entriesBelow(root, names)]
    }
    if (entry.isSymbolicLink()) return [{ ...one, is: "link" as const }]
    return entry.isFile() ? [{ ...one, is: "file" as const }] : []
  })
}

/** Files of one reason are told as one: the first of them, and how many there are. */
class Told {
  readonly #counts = new Map<string, { readonly file: string; count: number }>()

  add(why: string, file: string): void {
    const known = this.#counts.get(why)
    if (known === undefined) this.#counts.set(why, { file, count: 1 })
    else known.count += 1
  }

  all(): readonly NotLooked[] {
    return [...this.#counts].map(([why, { file, count }]) => ({
      file,
      why: count === 1 ? why : `${why}; so are ${count - 1} more`,
    }))
  }
}

/** One entry of the tree: given to the tools, named as not looked at, or no code. */
type Sorted =
  | { readonly given: Selected["files"][number]; readonly text: string }
  | { readonly notLooked: NotLooked }
  | { readonly told: string }
  | undefined

const refused = (file: string, why: string) => ({ notLooked: { file, why, refuses: true as const } })

/** Told of what `exclude` names, with the project's reason. */
function leftOut(file: string, { exclude }: SelectRequest): { readonly told: string } | undefined {
  const found = exclude.find(({ path }) => file === path || file.startsWith(`${path}/`))
  return found === undefined ? undefined : { told: `left out below ${found.path}: ${found.reason}` }
}

function sortFile({ file, path }: Entry, there: ReadonlySet<string>, request: SelectRequest): Sorted {
  const { kinds, ruled, mixed } = request
  const named = kindByName(file, kinds)
  const code = mixed[extname(file).toLowerCase()]
  if (named === undefined && code !== undefined) return { told: `${code} hold code that no rule reads` }
  const line = named === undefined ? firstLineOf(path) : ""
  const kind = named?.kind ?? kindByFirstLine(line, kinds)
  const unknown = kind === undefined ? unknownProgram(line, kinds) : undefined
  if (kind === undefined && unknown === undefined) return undefined
  const out = leftOut(file, request)
  if (out !== undefined) return out
  if (kind === undefined) return { told: `its first line starts ${unknown}, of which nothing is known here` }
  if (!ruled.includes(kind.name)) return { told: `there is no rule for ${kind.title}` }
  if (file.includes("\ufffd")) return refused(file, "its name is not UTF-8")
  if (file.startsWith(`${semgrepIgnore}/`))
    return refused(file, `semgrep takes ${semgrepIgnore} for a list of what it leaves out`)
  const bytes = readFileSync(path)
  const why = unreadableText(bytes, kind.name)
  if (why !== undefined) return refused(file, why)
  const ending = named === undefined ? kind.endings[0] : named.ending
  const as = ending === undefined ? undefined : `${file}.signalbox${ending}`
  if (as !== undefined && there.has(as))
    return refused(file, `it is given to the tools as ${as}, which is there`)
  const given = { file, language: kind.name, ...(as === undefined ? {} : { as }) }
  return { given, text: judgedText(bytes.toString("latin1"), kind.name) }
}

/**
 * A link is another name of what it leads to. By a name of code, it has to be judged as that; without one, only what nobody enters is
 * more than what stands in its own place.
 */
function sortLink(
  root: string,
  file: string,
  judged: ReadonlyMap<string, string>,
  request: SelectRequest,
): Sorted {
  const kind = kindByName(file, request.kinds)?.kind
  const target = targetOf(root, file)
  const out = leftOut(file, request) ?? (target === undefined ? undefined : leftOut(target.path, request))
  if (kind === undefined && target?.lies === "inside") return undefined
  if (out !== undefined) return out
  if (target?.lies === "closed") return refused(file, "it is a link into what nobody judges")
  if (kind === undefined) return { told: "it is a link that leads to nothing in the tree" }
  if (target?.isDirectory === true && target.lies === "inside") return undefined
  if (!request.ruled.includes(kind.name)) return { told: `there is no rule for ${kind.title}` }
  if (target === undefined || !judged.has(target.path))
    return refused(file, "it is a link to what is not judged by itself")
  return judged.get(target.path) === kind.name
    ? undefined
    : refused(file, `it is a link to what is not judged as ${kind.title}`)
}

/** What package managers install is in no commit, and not judged. What is committed is code like any other, and only `exclude` leaves it out. */
function sortClosed({ file, path }: Entry, request: SelectRequest): Sorted {
  if (!file.endsWith("node_modules") || !holdsFiles(path)) return undefined
  const out = leftOut(file, request)
  if (out !== undefined) return out
  return request.committed === true
    ? refused(file, "packages that are committed are not judged: exclude names them, with a reason")
    : { told: "installed packages are not judged" }
}

/** Whether there is more than what keeps an empty directory in git. */
function holdsFiles(path: Buffer): boolean {
  const keepers = [".gitkeep", ".keep", ".gitignore"]
  return readdirSync(path, { withFileTypes: true, encoding: "buffer" }).some((entry) =>
    entry.isDirectory()
      ? holdsFiles(Buffer.concat([path, Buffer.from("/"), entry.name]))
      : !keepers.includes(entry.name.toString("utf8")),
  )
}

/** What is to be judged of a tree. Nothing is written. */
export const selectFiles = (root: string, request: SelectRequest): Selected =>
  sortTree(root, request).selected

function sortTree(root: string, request: SelectRequest) {
  const entries = [...entriesBelow(Buffer.from(root))].sort((a, b) => (a.file < b.file ? -1 : 1))
  const there = new Set(entries.map(({ file }) => file))
  const files: Selected["files"][number][] = []
  const texts = new Map<string, string>()
  const notLooked: NotLooked[] = []
  const silencers: Silencer[] = []
  const told = new Told()
  const take = ({ file, path }: Entry, sorted: Sorted) => {
    if (sorted === undefined) return
    if ("told" in sorted) told.add(sorted.told, file)
    else if ("notLooked" in sorted) notLooked.push({ ...sorted.notLooked, code: codeAt(root, path) })
    else {
      files.push(sorted.given)
      texts.set(sorted.given.as ?? file, sorted.text)
      silencers.push(...silencersIn(file, sorted.text, sorted.given.language))
    }
  }
  const of = (is: Entry["is"]) => entries.filter((entry) => entry.is === is)
  for (const entry of of("file")) take(entry, sortFile(entry, there, request))
  const judged = new Map(files.map(({ file, language }) => [file, language]))
  for (const entry of of("link")) take(entry, sortLink(root, entry.file, judged, request))
  for (const entry of of("closed")) take(entry, sortClosed(entry, request))
  return { selected: { files, notLooked: [...notLooked, ...told.all()], silencers }, texts }
}

interface Target {
  /** Below the root. */
  readonly path: string
  readonly lies: "inside" | "closed" | "outside"
  readonly isDirectory: boolean
}

/** Where a link leads to; undefined where there is nothing. */
function targetOf(root: string, link: string): Target | undefined {
  try {
    const real = realpathSync(join(root, link))
    const path = relative(realpathSync(root), real)
    const parts = path.split("/")
    const isClosed = parts.some((part) => notEntered.includes(part))
    const lies = parts[0] === ".." ? "outside" : isClosed ? "closed" : "inside"
    return { path, lies, isDirectory: statSync(real).isDirectory() }
  } catch {
    return undefined
  }
}

export function copySelected(root: string, out: string, request: SelectRequest): void {
  const { selected, texts } = sortTree(root, request)
  const tree = join(out, "tree")
  mkdirSync(tree, { recursive: true })
  // Without one, semgrep leaves out what is called like tests, builds and packages of others.
  writeFileSync(join(tree, semgrepIgnore), "")
  for (const [as, text] of texts) {
    mkdirSync(dirname(join(tree, as)), { recursive: true })
    writeFileSync(join(tree, as), text, "latin1")
  }
  writeFileSync(join(out, "selected.json"), `${JSON.stringify(selected, undefined, 1)}\n`)
}

if (import.meta.main) {
  const [request = "", root = "", out = ""] = process.argv.slice(2)
  copySelected(root, out, JSON.parse(readFileSync(request, "utf8")) as SelectRequest)
}
