/**
 * `node select.ts REQUEST ROOT OUT`: copies the code of a tree to OUT/tree, so that nothing else of it can say what is judged: no ignore
 * file, no settings. OUT/selected.json says which files these are, what was left out, and which comments would switch a tool off. REQUEST
 * is a JSON file (SelectRequest). Links are not followed: what they lead to is in the tree itself. No packages.
 */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  writeFileSync,
} from "node:fs"
import { basename, dirname, extname, join, relative } from "node:path"

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
}

interface NotLooked {
  readonly file: string
  readonly why: string
  readonly refuses?: true | undefined
}

export interface Selected {
  /** Files that are given to the tools, where `as` is not there under their own names. */
  readonly files: readonly {
    readonly file: string
    readonly language: string
    readonly as?: string | undefined
  }[]
  readonly notLooked: readonly NotLooked[]
  readonly silencers: readonly { readonly file: string; readonly line: number; readonly text: string }[]
}

const shown = 200
const firstBytes = 256

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

/** By the program that its first line starts. */
export function kindByFirstLine(line: string, kinds: readonly FileKind[]): FileKind | undefined {
  const [, command = ""] = /^#!\s*(.*)/.exec(line) ?? []
  const words = command.split(/\s+/).filter((word) => word !== "" && !/^-|=/.test(word))
  const names = words.slice(0, 2).map((word) => basename(word).replace(/[\d.]+$/, ""))
  const name = names[0] === "env" ? names[1] : names[0]
  return name === undefined ? undefined : kinds.find(({ interpreters }) => interpreters.includes(name))
}

/** Encodings whose ASCII is ASCII: the tools read them as they are. */
const plain = /^(?:utf-?8(?:-sig)?|latin-?1|iso-?8859-\d+|(?:us-)?ascii|(?:cp|windows-)125\d)$/i

/** Why the text of a file is not what the tools would take it for; undefined where it is. */
export function unreadableText(bytes: Buffer, language: string): string | undefined {
  if (bytes.includes(0)) return "it has bytes that no text has in UTF-8: it is binary, or UTF-16"
  if (language !== "python") return undefined
  const lines = bytes.toString("latin1", 0, 1024).split(/\r\n?|\n/, 2)
  const [, coding] =
    lines.map((line) => /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)).find(Boolean) ?? []
  return coding === undefined || plain.test(coding) ? undefined : `it says that its encoding is ${coding}`
}

/** Lines with a comment that one of the tools would obey. */
export function silencersIn(file: string, text: string, language: string): Selected["silencers"] {
  const word = language === "python" ? /\bnosem(?:grep)?\b|\bnosec\b/i : /\bnosem(?:grep)?\b/i
  if (!word.test(text)) return []
  return text.split("\n").flatMap((line, index) => {
    const at = word.exec(line)?.index ?? -1
    const before = line.slice(0, Math.max(at, 0))
    const isComment = ["#", "//", "/*"].some((mark) => before.includes(mark))
    return isComment ? [{ file, line: index + 1, text: line.trim().slice(0, shown) }] : []
  })
}

function firstLineOf(path: string): string {
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
  readonly isLink: boolean
}

function entriesBelow(root: string, below = ""): readonly Entry[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const file = join(below, entry.name)
    if (entry.isDirectory())
      return [".git", "node_modules"].includes(entry.name) ? [] : entriesBelow(root, file)
    return entry.isFile() || entry.isSymbolicLink() ? [{ file, isLink: entry.isSymbolicLink() }] : []
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

/** One file of the tree: given to the tools, named as not looked at, or no code. */
type Sorted =
  | { readonly given: Selected["files"][number]; readonly text: string }
  | { readonly notLooked: NotLooked }
  | { readonly told: string }
  | undefined

function sortFile(root: string, file: string, there: ReadonlySet<string>, request: SelectRequest): Sorted {
  const { kinds, ruled, mixed, exclude } = request
  const isNamed = !file.includes("\ufffd")
  const named = kindByName(file, kinds)
  const code = mixed[extname(file).toLowerCase()]
  if (named === undefined && code !== undefined) return { told: `${code} hold code that no rule reads` }
  const script =
    named === undefined && isNamed ? kindByFirstLine(firstLineOf(join(root, file)), kinds) : undefined
  const kind = named?.kind ?? script
  if (kind === undefined) return undefined
  const leftOut = exclude.find(({ path }) => file === path || file.startsWith(`${path}/`))
  if (leftOut !== undefined) return { told: `left out below ${leftOut.path}: ${leftOut.reason}` }
  if (!ruled.includes(kind.name)) return { told: `there is no rule for ${kind.title}` }
  const refused = (why: string) => ({ notLooked: { file, why, refuses: true as const } })
  if (!isNamed) return refused("its name is not UTF-8")
  const bytes = readFileSync(join(root, file))
  const why = unreadableText(bytes, kind.name)
  if (why !== undefined) return refused(why)
  const ending = script === undefined ? named?.ending : kind.endings[0]
  const as = ending === undefined ? undefined : `${file}.signalbox${ending}`
  if (as !== undefined && there.has(as)) return refused(`it is given to the tools as ${as}, which is there`)
  const given = { file, language: kind.name, ...(as === undefined ? {} : { as }) }
  return { given, text: bytes.toString("latin1") }
}

/** What is to be judged of a tree. Nothing is written. */
export function selectFiles(root: string, request: SelectRequest): Selected {
  const entries = [...entriesBelow(root)].sort((a, b) => (a.file < b.file ? -1 : 1))
  const there = new Set(entries.map(({ file }) => file))
  const files: Selected["files"][number][] = []
  const notLooked: NotLooked[] = []
  const silencers: Selected["silencers"][number][] = []
  const told = new Told()
  for (const { file } of entries.filter(({ isLink }) => !isLink)) {
    const sorted = sortFile(root, file, there, request)
    if (sorted === undefined) continue
    if ("told" in sorted) told.add(sorted.told, file)
    else if ("notLooked" in sorted) notLooked.push(sorted.notLooked)
    else {
      files.push(sorted.given)
      silencers.push(...silencersIn(file, sorted.text, sorted.given.language))
    }
  }
  const judged = new Set(files.map(({ file }) => file))
  const links = entries.filter(({ file, isLink }) => isLink && kindByName(file, request.kinds) !== undefined)
  for (const { file } of links)
    if (!judged.has(targetOf(root, file) ?? ""))
      notLooked.push({ file, why: "it is a link to what is not judged by itself" })
  return { files, notLooked: [...notLooked, ...told.all()], silencers }
}

/** Where a link leads to, below the root; undefined where there is nothing. */
function targetOf(root: string, link: string): string | undefined {
  try {
    return relative(realpathSync(root), realpathSync(join(root, link)))
  } catch {
    return undefined
  }
}

export function copySelected(root: string, out: string, request: SelectRequest): void {
  const selected = selectFiles(root, request)
  const tree = join(out, "tree")
  mkdirSync(tree, { recursive: true })
  // Without one, semgrep leaves out what is called like tests, builds and packages of others.
  writeFileSync(join(tree, ".semgrepignore"), "")
  for (const { file, as = file } of selected.files) {
    mkdirSync(dirname(join(tree, as)), { recursive: true })
    copyFileSync(join(root, file), join(tree, as))
  }
  writeFileSync(join(out, "selected.json"), `${JSON.stringify(selected, undefined, 1)}\n`)
}

if (import.meta.main) {
  const [request = "", root = "", out = ""] = process.argv.slice(2)
  copySelected(root, out, JSON.parse(readFileSync(request, "utf8")) as SelectRequest)
}
