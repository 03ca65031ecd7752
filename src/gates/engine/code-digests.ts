/**
 * `node code-digests.ts PLACES ROOT OUT`: writes to the file OUT what stands in places of the files below ROOT, as digests. PLACES is a JSON
 * file (FilePlaces[]). A finding that is known by its rule and its file alone would be another one as soon as the code there is. No packages.
 */
import { createHash } from "node:crypto"
import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join, posix } from "node:path"

export interface FilePlaces {
  /** As findings name it. */
  readonly file: string
  /** Where it lies below ROOT. Default: there. */
  readonly path?: string | undefined
  /** First and last line of each. */
  readonly lines: readonly (readonly [number, number])[]
}

export interface FileCode {
  readonly file: string
  /** Of all of it. */
  readonly whole: string
  /** Those of the lines that it has. */
  readonly lines: readonly { readonly first: number; readonly last: number; readonly code: string }[]
}

/** Nobody makes a second line of the same digest in the time that a waiver holds. */
const digits = 20
/** Here-documents of one instruction that are looked for. */
const mostDocuments = 20

const digestOf = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex").slice(0, digits)

/** In bytes: no other white space is cut off, which may be a part of a letter. */
const trimmed = (line: string): string => line.replace(/^[ \t\r\f\v]+|[ \t\r\f\v]+$/g, "")

/**
 * What lines say, without the white space around each; undefined where there are no such lines. A line that goes on in the next is told with
 * it, an instruction of a Dockerfile with its here-documents.
 * @param lines of bytes, as latin1
 */
export function codeOf(
  lines: readonly string[],
  first: number,
  last: number,
  isDockerfile = false,
): string | undefined {
  if (first < 1 || last < first || last > lines.length) return undefined
  const end = endOf(lines, first, last, isDockerfile)
  return digestOf(
    lines
      .slice(first - 1, end)
      .map(trimmed)
      .join("\n"),
  )
}

function endOf(lines: readonly string[], first: number, last: number, isDockerfile: boolean): number {
  const goesOn = isDockerfile ? /[\\`]$/ : /\\$/
  let end = last
  let isOpen = goesOn.test(trimmed(lines[last - 1] ?? ""))
  while (isOpen && end < lines.length) {
    const line = trimmed(lines[end] ?? "")
    end += 1
    // Comments and empty lines do not end what a line before them goes on with.
    if (line !== "" && !line.startsWith("#")) isOpen = goesOn.test(line)
  }
  if (!isDockerfile) return end
  const text = lines.slice(first - 1, end).join("\n")
  const documents = [...text.matchAll(/(?:^|\s)\d*<<(-?)(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'<>;|&()]+))/g)]
  for (const [, dash = "", ...words] of documents.slice(0, mostDocuments)) {
    const word = words.find((one) => one !== undefined)
    // As the build reads it: only tabs before it, and only where a dash asks for it. What is indented otherwise does not end it.
    const ends = (line: string) => (dash === "" ? line : line.replace(/^\t+/, "")).replace(/\r$/, "") === word
    const found = lines.findIndex((line, index) => index >= end && ends(line))
    // Without an end, it is all that follows.
    end = found < 0 ? lines.length : found + 1
  }
  return end
}

/**
 * What stands in a file, in all files of a directory, or behind a link, as long as that is in the tree: of a link to nothing, or to what is of
 * the container, such as a device without an end, where it leads.
 */
export function codeAt(root: string, path: string | Buffer): string {
  const is = lstatSync(path)
  if (!is.isSymbolicLink()) return codeOfPath(path)
  const real = realPath(path)
  if (real !== undefined && isBelow(realpathSync(root), real) && isRead(real)) return codeOfPath(real)
  return digestOf(
    Buffer.concat([readlinkSync(path, { encoding: "buffer" }), Buffer.from("\0"), real ?? none]),
  )
}

const none = Buffer.alloc(0)

const codeOfPath = (path: string | Buffer): string =>
  lstatSync(path).isDirectory() ? digestOf(listed(path).join("\n")) : digestOf(readFileSync(path))

function isRead(path: Buffer): boolean {
  const is = lstatSync(path)
  return is.isFile() || is.isDirectory()
}

/** Also of a name that is no UTF-8. Undefined where there is nothing. */
function realPath(path: string | Buffer): Buffer | undefined {
  try {
    return realpathSync(path, { encoding: "buffer" })
  } catch {
    return undefined
  }
}

const isBelow = (root: string, path: Buffer): boolean =>
  Buffer.compare(path, Buffer.from(root)) === 0 || path.indexOf(`${root.replace(/\/$/, "")}/`) === 0

/** Names of its files with what stands in each, in order. Links are not followed. */
function listed(directory: string | Buffer): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true, encoding: "buffer" })
  return entries
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .flatMap((entry) => {
      const path = Buffer.concat([Buffer.from(directory), Buffer.from("/"), entry.name])
      const name = entry.name.toString("hex")
      if (entry.isDirectory()) return [`${name}/`, ...listed(path), ".."]
      if (entry.isSymbolicLink()) return [`${name}@${digestOf(readlinkSync(path, { encoding: "buffer" }))}`]
      return entry.isFile() ? [`${name} ${digestOf(readFileSync(path))}`] : []
    })
}

/** Of files that are not there, nothing: a report may name what is no file of the tree. */
export function codeIn(
  root: string,
  places: readonly FilePlaces[],
  isDockerfile = false,
): readonly FileCode[] {
  return places.flatMap(({ file, path = file, lines }) => {
    const below = posix.normalize(path)
    if (below.startsWith("../") || below.startsWith("/") || !isFile(join(root, below))) return []
    const bytes = readFileSync(join(root, below))
    const all = bytes.toString("latin1").split("\n")
    return [
      {
        file,
        whole: digestOf(bytes),
        lines: lines.flatMap(([first, last]) => {
          const code = codeOf(all, first, last, isDockerfile)
          return code === undefined ? [] : [{ first, last, code }]
        }),
      },
    ]
  })
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

if (import.meta.main) {
  const [places = "", root = "", out = ""] = process.argv.slice(2)
  const asked = JSON.parse(readFileSync(places, "utf8")) as readonly FilePlaces[]
  writeFileSync(out, JSON.stringify(codeIn(root, asked)))
}
