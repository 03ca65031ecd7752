/** Just enough of zip to read the members of an archive in memory: stored and deflated ones, by its central directory. */
import { inflateRawSync } from "node:zlib"

/** A member of an archive: its content, or why that was not read. */
export type ArchiveMember = { readonly name: string } & (
  | { readonly content: Buffer }
  | { readonly why: string }
)

const directoryEnd = Buffer.from("PK\x05\x06", "latin1")
const directoryEntry = 0x02014b50
/** The directory's end, with the longest comment that an archive may have. */
const longestEnd = 22 + 0xffff

/**
 * The members of a zip archive, which may have a program in front of it; undefined where the bytes are none.
 * @param most bytes that all members may have together
 * @throws Error for an archive whose directory cannot be followed
 */
export function zipMembers(bytes: Buffer, most: number): readonly ArchiveMember[] | undefined {
  const tail = Math.max(0, bytes.length - longestEnd)
  const end = tail + bytes.subarray(tail).lastIndexOf(directoryEnd)
  if (end < tail || end + 22 > bytes.length) return undefined
  const [count, size, stated] = [
    bytes.readUInt16LE(end + 10),
    bytes.readUInt32LE(end + 12),
    bytes.readUInt32LE(end + 16),
  ]
  const start = end - size
  if (count === 0) return []
  if (start < 0 || bytes.readUInt32LE(start) !== directoryEntry) return undefined
  const members: ArchiveMember[] = []
  let left = most
  for (let at = start, nth = 0; nth < count; nth += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== directoryEntry)
      throw new Error("its directory is damaged")
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const name = bytes.toString("utf8", at + 46, at + 46 + (nameSize ?? 0))
    const member = memberAt(bytes, at, start - stated, left)
    members.push({ name, ...member })
    if ("content" in member) left -= member.content.length
    at += 46 + (nameSize ?? 0) + (extraSize ?? 0) + (noteSize ?? 0)
  }
  return members
}

/** @param shift bytes in front of the archive, which its offsets do not count */
function memberAt(
  bytes: Buffer,
  entry: number,
  shift: number,
  most: number,
): { readonly content: Buffer } | { readonly why: string } {
  const [flags, method] = [bytes.readUInt16LE(entry + 8), bytes.readUInt16LE(entry + 10)]
  const [packed, offset] = [bytes.readUInt32LE(entry + 20), bytes.readUInt32LE(entry + 42)]
  if ((flags & 1) !== 0) return { why: "it is encrypted" }
  if (packed === 0xffffffff || offset === 0xffffffff) return { why: "it is in the form zip64" }
  const local = offset + shift
  if (local < 0 || local + 30 > bytes.length) return { why: "it lies outside of the archive" }
  const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const raw = bytes.subarray(begin, begin + packed)
  if (raw.length < packed) return { why: "it is cut off" }
  if (method === 0) return raw.length > most ? { why: "it is too large" } : { content: raw }
  if (method !== 8) return { why: `it is compressed by method ${method}` }
  try {
    return { content: inflateRawSync(raw, { maxOutputLength: Math.max(1, most) }) }
  } catch (thrown) {
    return { why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}
