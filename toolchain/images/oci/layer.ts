import { createHash } from "node:crypto"
import { createWriteStream } from "node:fs"
import { mkdir, rename, stat } from "node:fs/promises"
import { join } from "node:path"
import { Readable, Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { inLayerOrder } from "./entries.ts"
import type { Descriptor } from "./layout.ts"
import { mediaTypes } from "./layout.ts"
import { type TarEntry, tarBytes } from "./tar.ts"

/** A layer as the manifest names it, and the digest of its uncompressed bytes as the configuration names it. */
export interface Layer {
  readonly descriptor: Descriptor
  readonly diffId: string
}

export interface LayerOptions {
  /** 1 (fast) to 9 (small). Default: 6. */
  readonly compression?: number
}

/** Writes the entries as one gzip layer below `<layout>/blobs`. Equal entries give equal bytes. */
export async function writeLayer(
  layout: string,
  entries: Iterable<TarEntry>,
  options: LayerOptions = {},
): Promise<Layer> {
  const blobs = join(layout, "blobs", "sha256")
  await mkdir(blobs, { recursive: true })
  const unfinished = join(blobs, `unfinished-${process.hrtime.bigint()}`)
  const plain = hashing()
  const packed = hashing()
  await pipeline(
    Readable.from(tarBytes(inLayerOrder(entries)), { objectMode: false }),
    plain.stream,
    // The gzip header that zlib writes holds no time and no name.
    createGzip({ level: options.compression ?? 6 }),
    packed.stream,
    createWriteStream(unfinished),
  )
  const hex = packed.hex()
  await rename(unfinished, join(blobs, hex))
  const { size } = await stat(join(blobs, hex))
  return {
    descriptor: { mediaType: mediaTypes.layer, digest: `sha256:${hex}`, size },
    diffId: `sha256:${plain.hex()}`,
  }
}

function hashing(): { stream: Transform; hex: () => string } {
  const hash = createHash("sha256")
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  return { stream, hex: () => hash.digest("hex") }
}
