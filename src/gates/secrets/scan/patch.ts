/**
 * Reads what `git log --patch` writes with `logArguments`: the added lines of every commit, and its message. Git decides
 * nothing here about what is text: with --text every file is.
 */

/** One commit, as the scan names it. */
export interface ScannedCommit {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly date: string
  readonly isMerge: boolean
  /** The ref from which git came to it, where the call named several. */
  readonly ref: string
}

/** What one commit adds to one file, or its message. */
export interface Fragment {
  readonly commit: ScannedCommit
  readonly file: string
  readonly hunks: readonly Hunk[]
  /** Why the content is not in the patch: it is a submodule, or git wrote no text. */
  readonly absent?: string
}

export interface Hunk {
  /** Number of its first line in the file. */
  readonly line: number
  readonly lines: readonly Buffer[]
}

/** The place of a finding in a commit's message. */
export const messageFile = "commit message"

/** The lines of messages are indented, and those of files begin with a sign: neither can pretend to be the next commit. */
const format = "--format=%x01%H%x01%P%x01%aI%x01%S%n%w(0,1,1)%B"

/**
 * Arguments of git after its own options. Merges are shown by what they have beside what git itself makes of their parents
 * (`git log -p` alone shows nothing of them, and a combined diff git writes to no file); attributes and drivers of the tree
 * decide nothing (--text, --no-textconv, --no-ext-diff).
 */
export const logArguments: readonly string[] = [
  ...[
    "log",
    "--patch",
    "--unified=0",
    "--text",
    "--no-textconv",
    "--no-ext-diff",
    "--no-color",
    "--no-renames",
  ],
  ...["--diff-merges=remerge", "--no-show-signature", "--no-notes", "--no-mailmap", "--no-decorate"],
  ...["--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", format],
]

interface OpenFile {
  file: string
  hunks: { line: number; lines: Buffer[] }[]
  absent?: string
}

/** Gives every fragment of a patch to `take`, and counts commits. */
export class PatchReader {
  commits = 0
  readonly #take: (fragment: Fragment) => void
  #commit: ScannedCommit | undefined
  #message: Buffer[] | undefined
  #open: OpenFile | undefined
  #columns = 0
  #next = 1

  constructor(take: (fragment: Fragment) => void) {
    this.#take = take
  }

  /** @param line without its line break. @throws what git does not write. */
  line(line: Buffer): void {
    if (line[0] === 1) this.#begin(line)
    else if (line.subarray(0, 5).equals(diffStart)) this.#beginFile()
    else if (this.#message !== undefined) this.#message.push(line.subarray(1))
    else if (this.#open === undefined) this.#outside(line)
    else if (line[0] === at) this.#beginHunk(line.toString("latin1"))
    else if (this.#columns > 0) this.#content(line)
    else this.#header(line.toString("utf8"))
  }

  end(): void {
    this.#endFile()
    this.#endMessage()
  }

  #begin(line: Buffer): void {
    this.end()
    const [, id = "", parents = "", date = "", ref = ""] = line.toString("utf8").split("\x01")
    if (!/^[0-9a-f]{40,64}$/.test(id)) throw new Error(`unexpected line of git log: ${JSON.stringify(id)}`)
    this.#commit = { id, date: utc(date), isMerge: parents.includes(" "), ref }
    this.#message = []
    this.commits += 1
    // Git makes no merge of more than two anew: what it has of its own is not in the patch.
    const absent = `a merge of ${parents.split(" ").length} branches, of which git shows nothing`
    if (parents.split(" ").length > 2)
      this.#take({ commit: this.#commit, file: messageFile, hunks: [], absent })
  }

  #beginFile(): void {
    this.end()
    this.#open = { file: "", hunks: [] }
    this.#columns = 0
  }

  #header(text: string): void {
    const open = this.#open
    if (open === undefined) return
    if (text.startsWith("+++ ")) open.file = pathIn(text.slice(4))
    else if (/^(?:new file mode|index \S+) 160000$/.test(text)) open.absent = "submodule"
    else if (text.startsWith("Binary files ") || text === "GIT binary patch")
      open.absent = "binary, no text from git"
  }

  #beginHunk(text: string): void {
    const match = /^(@{2,}) .*\+(\d+)(?:,\d+)? @{2,}/.exec(text)
    if (match === null) throw new Error(`unexpected hunk of git log: ${JSON.stringify(text)}`)
    this.#columns = (match[1] ?? "").length - 1
    this.#next = Number(match[2])
    this.#open?.hunks.push({ line: this.#next, lines: [] })
  }

  /** Of a merge, a line counts that none of its parents has; the others only move the number. */
  #content(line: Buffer): void {
    const signs = line.subarray(0, this.#columns)
    if (line[0] === backslash || signs.includes(minus)) return
    if (signs.every((sign) => sign === plus)) this.#added(line.subarray(this.#columns))
    this.#next += 1
  }

  #added(line: Buffer): void {
    const hunks = this.#open?.hunks ?? []
    const last = hunks.at(-1)
    if (last !== undefined && last.line + last.lines.length === this.#next) last.lines.push(line)
    else hunks.push({ line: this.#next, lines: [line] })
  }

  #outside(line: Buffer): void {
    if (line.length > 0)
      throw new Error(`unexpected line of git log: ${JSON.stringify(line.toString("utf8", 0, 80))}`)
  }

  #endMessage(): void {
    const lines = this.#message
    this.#message = undefined
    if (lines !== undefined && this.#commit !== undefined)
      this.#take({ commit: this.#commit, file: messageFile, hunks: [{ line: 1, lines }] })
  }

  #endFile(): void {
    const open = this.#open
    this.#open = undefined
    const hunks = open?.hunks.filter(({ lines }) => lines.length > 0) ?? []
    if (open === undefined || this.#commit === undefined || open.file === "/dev/null") return
    if (hunks.length > 0 || open.absent !== undefined) this.#take({ ...open, hunks, commit: this.#commit })
  }
}

const diffStart = Buffer.from("diff ")
const at = 0x40
const plus = 0x2b
const minus = 0x2d
const backslash = 0x5c

function utc(date: string): string {
  const time = Date.parse(date)
  return Number.isNaN(time) ? "" : new Date(time).toISOString().replace(".000Z", "Z")
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
}

/** A path of a header: `b/a.txt`, with a tab at its end where it has blanks, or quoted like a string of C. */
function pathIn(text: string): string {
  const name = text.replace(/\t$/, "")
  if (!name.startsWith('"')) return name.replace(/^b\//, "")
  const bytes = name
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, char: string) =>
      octal === undefined ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(octal, 8)),
    )
  return bytes.replace(/^b\//, "")
}
