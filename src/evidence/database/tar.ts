/**
 * Reads an archive in the formats ustar, pax and GNU as a stream: a database is larger than memory. By hand, because only
 * plain files are wanted of it, and everything else has to be noticed.
 */
const block = 512

export interface TarEntry {
  readonly name: string
  readonly type: "file" | "directory" | "other"
  readonly size: number
  /** To be read, or skipped, before the next entry. */
  content(): AsyncGenerator<Buffer>
  skip(): Promise<void>
}

/** @throws Error for an archive that ends too early, or that has a broken header */
export async function* tarEntries(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const reader = new BlockReader(stream)
  for (;;) {
    const header = await reader.take(block)
    if (header.every((byte) => byte === 0)) return
    const { name, flag, size } = parseHeader(header)
    // Long names and times: none of a database's files needs one, and a name from elsewhere would hide this one.
    if (["x", "g", "L", "K"].includes(flag)) {
      const extended = Buffer.concat(await all(reader.content(size))).toString("utf8")
      if (flag !== "g" && /(?:^|\n)\d+ (?:path|linkpath|size)=/.test(extended))
        throw new Error("it has names that no file of a database has")
      if (flag === "L" || flag === "K") throw new Error("it has names that no file of a database has")
      await reader.padding(size)
      continue
    }
    let isRead = false
    const content = async function* (): AsyncGenerator<Buffer> {
      isRead = true
      yield* reader.content(size)
      await reader.padding(size)
    }
    const skip = async () => {
      for await (const chunk of content()) void chunk
    }
    const type = flag === "0" || flag === "\0" ? "file" : flag === "5" ? "directory" : "other"
    yield { name, type, size, content, skip }
    if (!isRead) await skip()
  }
}

function parseHeader(header: Buffer): {
  readonly name: string
  readonly flag: string
  readonly size: number
} {
  const text = (start: number, end: number) => header.toString("utf8", start, end).replace(/\0.*$/s, "")
  const stated = Number.parseInt(text(148, 156).trim(), 8)
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  if (stated !== sum) throw new Error("it is no tar archive, or is damaged: a header has another checksum")
  const prefix = text(257, 262) === "ustar" && header[262] === 0 ? text(345, 500) : ""
  const name = text(0, 100)
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    flag: header.toString("latin1", 156, 157),
    size: sizeOf(header.subarray(124, 136)),
  }
}

/** Octal digits; of files above 8 GiB, GNU writes the number itself with the highest bit set. */
function sizeOf(field: Buffer): number {
  const binary = ((field[0] ?? 0) & 0x80) !== 0
  const size = binary
    ? Number(field.readBigUInt64BE(4))
    : Number.parseInt(field.toString("latin1").replaceAll(/[\0 ]/g, "") || "0", 8)
  if (Number.isSafeInteger(size) && size >= 0) return size
  throw new Error("a header has no size")
}

class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async take(size: number): Promise<Buffer> {
    return Buffer.concat(await all(this.content(size)))
  }

  async *content(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next()
        if (done === true) throw new Error("it ends in the middle of a file")
        this.#rest = value
      }
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  async padding(size: number): Promise<void> {
    await this.take((block - (size % block)) % block)
  }
}

async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const found: Buffer[] = []
  for await (const chunk of chunks) found.push(chunk)
  return found
}
