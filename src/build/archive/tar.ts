/**
 * Just enough of tar to read an OCI archive: plain files with short names. By hand, and not by tar-stream: it runs in a
 * container that has Node and nothing else, and reads layers by their place in an archive of any size.
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
    offset += block + Math.ceil(size / block) * block
  }
}

/** For small members. */
export async function readMember(file: FileHandle, { offset, size }: Member): Promise<Buffer> {
  const content = Buffer.alloc(size)
  await file.read(content, 0, size, offset)
  return content
}

export function streamMember(path: string, { offset, size }: Member): ReadStream {
  return createReadStream(path, { start: offset, end: offset + size - 1 })
}
