/** The members of a tar archive in memory. */
import type { ArchiveMember } from "./zip.ts"

const block = 512

/**
 * Undefined where the bytes are no tar: the first header has a checksum. Headers with long names are members as well, so
 * that nothing of the archive stays unread.
 */
export function tarMembers(bytes: Buffer): readonly ArchiveMember[] | undefined {
  if (!isHeader(bytes, 0)) return undefined
  const members: ArchiveMember[] = []
  let at = 0
  while (isHeader(bytes, at)) {
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "")
    const size = sizeAt(bytes, at)
    const content = bytes.subarray(at + block, at + block + size)
    members.push(content.length < size ? { name, why: "it is cut off" } : { name, content })
    at += block + Math.ceil(size / block) * block
  }
  const rest = bytes.subarray(at)
  if (rest.some((byte) => byte !== 0)) members.push({ name: "", content: rest })
  return members
}

function isHeader(bytes: Buffer, at: number): boolean {
  if (at + block > bytes.length) return false
  const stated = octal(bytes, at + 148, 8)
  if (stated === undefined) return false
  let sum = 0
  for (let index = 0; index < block; index += 1)
    sum += index >= 148 && index < 156 ? 0x20 : (bytes[at + index] ?? 0)
  return sum === stated && sum > 8 * 0x20
}

/** In octal digits or, where the first bit is set, as a number. */
function sizeAt(bytes: Buffer, at: number): number {
  const first = bytes[at + 124] ?? 0
  return (first & 0x80) === 0 ? (octal(bytes, at + 124, 12) ?? 0) : bytes.readUIntBE(at + 130, 6)
}

function octal(bytes: Buffer, at: number, length: number): number | undefined {
  const [digits] = /^[0-7]+/.exec(bytes.toString("latin1", at, at + length).trimStart()) ?? []
  return digits === undefined ? undefined : Number.parseInt(digits, 8)
}
