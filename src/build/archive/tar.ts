/**
 * Just enough of tar for OCI archives: plain files with short names. Layers are streamed, never held in memory.
 */
import { createReadStream, type ReadStream } from "node:fs"
import type { FileHandle } from "node:fs/promises"

const block = 512

/** Where a member's content lies in the archive. */
export interface Member {
  readonly offset: number
  readonly size: number
}

/** Members by name. OCI archives use no names longer than a header holds. */
export async function tarMembers(file: FileHandle): Promise<Map<string, Member>> {
  const members = new Map<string, Member>()
  const header = Buffer.alloc(block)
  for (let offset = 0; ; ) {
    const { bytesRead } = await file.read(header, 0, block, offset)
    const name = header.toString("utf8", 0, 100).replace(/\0.*$/s, "")
    if (bytesRead < block || name === "") return members
    const size = Number.parseInt(header.toString("ascii", 124, 136).replace(/[\0 ].*$/s, ""), 8) || 0
    members.set(name.replace(/^\.\//, ""), { offset: offset + block, size })
    offset += block + padded(size)
  }
}

export async function readMember(file: FileHandle, { offset, size }: Member): Promise<Buffer> {
  const content = Buffer.alloc(size)
  await file.read(content, 0, size, offset)
  return content
}

export function streamMember(path: string, { offset, size }: Member): ReadStream {
  return createReadStream(path, { start: offset, end: offset + size - 1 })
}

/** Header of a plain file (ustar) that belongs to root and is as old as time itself. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(block)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`
  header.write(name, 0, 100, "utf8")
  header.write(octal(0o444, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(size, 12), 124)
  header.write(octal(0, 12), 136)
  header.write("        ", 148)
  header.write("0", 156)
  header.write("ustar\x0000", 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return header
}

/** What follows a member's content up to the next block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc(padded(size) - size)
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * block)

function padded(size: number): number {
  return Math.ceil(size / block) * block
}
