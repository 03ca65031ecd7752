/** What lies inside of a file that is compressed, packed or encoded, however deep: a scan of its bytes would not see it. */
import { gunzipSync, inflateSync } from "node:zlib"
import { encodedIn } from "./encoded.ts"
import { tarMembers } from "./tar.ts"
import { type ArchiveMember, zipMembers } from "./zip.ts"

/** Decompressed content of a file is searched up to this size, all of its members together. */
const mostDecompressed = 64 * 1024 * 1024
/** An archive in an archive in an archive: deeper ones are named as not searched. */
const deepest = 6

/** Content that lies inside of a file. */
export interface Inner {
  /** Name of the archive's member; empty where there is none. */
  readonly name: string
  readonly content: Buffer
  /** Line at which it begins; absent where the file has no lines of its own. */
  readonly line?: number
}

export interface Contents {
  readonly inner: readonly Inner[]
  /** What of it was not searched, and why. */
  readonly unsearched: readonly string[]
  /** Whether the file is an archive all of whose content is in `inner`. */
  readonly replaced: boolean
  /** Whether it is compressed or packed, opened or not. */
  readonly packed: boolean
}

/** Forms that are recognised by their first bytes, and not opened. */
const closed: readonly { readonly kind: string; readonly magic: string }[] = [
  { kind: "bzip2", magic: "BZh" },
  { kind: "xz", magic: "\xfd7zXZ\0" },
  { kind: "zstd", magic: "\x28\xb5\x2f\xfd" },
  { kind: "lz4", magic: "\x04\x22\x4d\x18" },
  { kind: "lzip", magic: "LZIP" },
  { kind: "compress", magic: "\x1f\x9d" },
  { kind: "7z", magic: "7z\xbc\xaf\x27\x1c" },
  { kind: "rar", magic: "Rar!" },
  { kind: "cabinet", magic: "MSCF" },
  { kind: "rpm", magic: "\xed\xab\xee\xdb" },
  { kind: "git pack", magic: "PACK\0\0\0" },
  { kind: "git bundle", magic: "# v2 git bundle" },
  { kind: "git bundle", magic: "# v3 git bundle" },
  { kind: "PDF", magic: "%PDF-" },
  { kind: "Git LFS pointer", magic: "version https://git-lfs.github.com/spec/" },
]

/** The contents of a file, opened as deep as they go. */
export function contentsOf(bytes: Buffer): Contents {
  const opened = new Opened()
  const top = opened.open(bytes, 1)
  return { inner: opened.inner, unsearched: opened.unsearched, ...top }
}

class Opened {
  readonly inner: Inner[] = []
  readonly unsearched: string[] = []
  #left = mostDecompressed

  open(bytes: Buffer, depth: number): Pick<Contents, "replaced" | "packed"> {
    const none = { replaced: false, packed: false }
    const packed = { replaced: false, packed: true }
    const head = bytes.subarray(0, 64).toString("latin1")
    const kind = closed.find(({ magic }) => head.startsWith(magic))?.kind
    if (kind !== undefined) {
      this.unsearched.push(kind)
      return packed
    }
    if (head.startsWith("\x1f\x8b")) {
      this.#decompress("gzip", depth, () => gunzipSync(bytes, { maxOutputLength: Math.max(1, this.#left) }))
      return packed
    }
    // Two bytes tell little: what is no such stream is text.
    if (/^x[\x01\x5e\x9c\xda]/.test(head) && this.#isStream(bytes, depth)) return packed
    const tar = tarMembers(bytes)
    if (tar !== undefined) {
      this.#addMembers("tar", tar, depth)
      return { replaced: true, packed: true }
    }
    const zip = this.#zipMembers(bytes, head)
    if (zip !== undefined) {
      this.#addMembers("zip", zip, depth)
      return packed
    }
    for (const { content, line } of encodedIn(bytes)) this.#add({ name: "", content, line }, depth)
    return none
  }

  #add(inner: Inner, depth: number): void {
    this.#left -= inner.content.length
    if (depth >= deepest || this.#left < 0) {
      this.unsearched.push(
        depth >= deepest ? `archives in each other, more than ${deepest} deep` : "too large",
      )
      return
    }
    const first = this.inner.length
    this.inner.push(inner)
    const { replaced } = this.open(inner.content, depth + 1)
    if (replaced) this.inner.splice(first, 1)
  }

  #addMembers(kind: string, members: readonly ArchiveMember[], depth: number): void {
    for (const member of members)
      if ("content" in member) this.#add({ name: member.name, content: member.content }, depth)
      else this.unsearched.push(`${kind}: ${member.name}: ${member.why}`)
  }

  #zipMembers(bytes: Buffer, head: string): readonly ArchiveMember[] | undefined {
    const isZip = /^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(head)
    try {
      const members = zipMembers(bytes, Math.max(0, this.#left))
      if (members === undefined && isZip) this.unsearched.push("zip: it has no directory")
      return members ?? (isZip ? [] : undefined)
    } catch (thrown) {
      this.unsearched.push(`zip: ${reason(thrown)}`)
      return []
    }
  }

  #isStream(bytes: Buffer, depth: number): boolean {
    try {
      const content = inflateSync(bytes, { maxOutputLength: Math.max(1, this.#left) })
      this.#add({ name: "", content }, depth)
      return true
    } catch (thrown) {
      // A stream that is too large was one; anything else that fails was none.
      const isTooLarge = thrown instanceof RangeError
      if (isTooLarge) this.unsearched.push(`zlib: ${thrown.message}`)
      return isTooLarge
    }
  }

  #decompress(kind: string, depth: number, decompressed: () => Buffer): void {
    try {
      this.#add({ name: "", content: decompressed() }, depth)
    } catch (thrown) {
      this.unsearched.push(`${kind}: ${reason(thrown)}`)
    }
  }
}

function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
