import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"

/** What one entry of a layer is, apart from its name and rights. */
type Content =
  | { readonly type: "file"; readonly bytes: Buffer }
  | { readonly type: "file"; readonly from: string; readonly size: number }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "hardlink"; readonly target: string }

/** One entry of a layer. Times do not exist: every entry is written with the time 0. */
export type TarEntry = Content & {
  /** Relative path without a leading slash or a trailing one: `usr/local/bin/node`. */
  readonly path: string
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number
  /** Default: 0, root. */
  readonly uid?: number
  /** Default: 0, root. */
  readonly gid?: number
}

const block = 512
const typeFlags = { file: "0", hardlink: "1", symlink: "2", directory: "5" } as const
/** 11 octal digits. */
const largestUstarSize = 8 ** 11 - 1

/** The bytes of a tar archive with these entries, in their order. */
export async function* tarBytes(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield* headers(entry)
    if (entry.type !== "file") continue
    const size = sizeOf(entry)
    if ("bytes" in entry) yield entry.bytes
    else yield* fileBytes(entry.from, size)
    if (size % block !== 0) yield Buffer.alloc(block - (size % block))
  }
  yield Buffer.alloc(2 * block)
}

/** Reads exactly the size that the header states: a file that grew or shrank meanwhile would shift all that follows. */
async function* fileBytes(path: string, size: number): AsyncGenerator<Buffer> {
  const handle = await open(path)
  try {
    if ((await handle.stat()).size !== size) throw new Error(`${path} changed while its layer was written`)
  } finally {
    await handle.close()
  }
  if (size > 0) yield* createReadStream(path, { end: size - 1, highWaterMark: 1 << 20 })
}

function sizeOf(entry: TarEntry): number {
  if (entry.type !== "file") return 0
  return "bytes" in entry ? entry.bytes.length : entry.size
}

function headers(entry: TarEntry): Buffer[] {
  const name = entry.type === "directory" ? `${entry.path}/` : entry.path
  const target = entry.type === "symlink" || entry.type === "hardlink" ? entry.target : ""
  const size = sizeOf(entry)
  const split = splitName(name)
  const extended: [string, string][] = []
  if (!split) extended.push(["path", name])
  if (!fits(target, 100)) extended.push(["linkpath", target])
  if (size > largestUstarSize) extended.push(["size", String(size)])
  const header = ustar({ ...(split ?? { name: cut(name), prefix: "" }), entry, size, target: cut(target) })
  return extended.length > 0 ? [...pax(extended), header] : [header]
}

const cut = (text: string): string =>
  Buffer.from(text)
    .subarray(0, 100)
    .toString("latin1")
    .replace(/[^ -~]/g, "_")
const fits = (text: string, length: number): boolean => /^[ -~]*$/.test(text) && text.length <= length

/** A name of up to 255 characters as ustar's prefix and name; undefined where only a pax record can hold it. */
function splitName(name: string): { name: string; prefix: string } | undefined {
  if (fits(name, 100)) return { name, prefix: "" }
  if (!fits(name, 256)) return undefined
  const slash = name.indexOf("/", Math.max(0, name.length - 101))
  if (slash <= 0 || slash > 155 || slash === name.length - 1) return undefined
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) }
}

interface Ustar {
  readonly name: string
  readonly prefix: string
  readonly target: string
  readonly size: number
  readonly entry: Pick<TarEntry, "mode" | "uid" | "gid"> & { readonly type: keyof typeof typeFlags | "pax" }
}

function ustar({ name, prefix, target, size, entry }: Ustar): Buffer {
  const header = Buffer.alloc(block)
  const octal = (value: number, offset: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, "0"), offset, "latin1")
  header.write(name, 0, 100, "latin1")
  octal(entry.mode & 0o7777, 100, 7)
  octal(entry.uid ?? 0, 108, 7)
  octal(entry.gid ?? 0, 116, 7)
  octal(size > largestUstarSize ? 0 : size, 124, 11)
  octal(0, 136, 11)
  header.fill(" ", 148, 156)
  header.write(entry.type === "pax" ? "x" : typeFlags[entry.type], 156, "latin1")
  header.write(target, 157, 100, "latin1")
  header.write("ustar\u000000", 257, "latin1")
  header.write(prefix, 345, 155, "latin1")
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1")
  return header
}

function pax(records: readonly [string, string][]): Buffer[] {
  const body = Buffer.from(records.map(([key, value]) => paxRecord(key, value)).join(""))
  const header = ustar({
    name: "pax",
    prefix: "",
    target: "",
    size: body.length,
    entry: { type: "pax", mode: 0o644 },
  })
  return [header, body, Buffer.alloc((block - (body.length % block)) % block)]
}

/** `LENGTH key=value\n`, where LENGTH counts its own digits too. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (String(length).length !== String(rest).length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}
