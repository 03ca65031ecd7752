import { readFileSync } from "node:fs"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"

/** Bytes of a file as it lies there, and as they are counted. The strongest setting: what a server sends is at least as large. */
export function sizeOf(
  path: string,
  compression: "none" | "gzip" | "brotli",
): { readonly bytes: number; readonly counted: number } {
  const content = readFileSync(path)
  return { bytes: content.length, counted: compressed(content, compression) }
}

function compressed(content: Buffer, compression: "none" | "gzip" | "brotli"): number {
  switch (compression) {
    case "none":
      return content.length
    case "gzip":
      return gzipSync(content, { level: 9 }).length
    case "brotli":
      return brotliCompressSync(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      }).length
  }
}
