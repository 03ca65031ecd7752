import { gunzipSync } from "node:zlib"

/** An object of Kubernetes takes 1 MiB, and texts become some ten times smaller: what is larger was made to be. */
const unpackedLimit = 64 * 1024 * 1024

/** What an object holds as gzip. @throws RangeError where it is larger: whoever may write there could exhaust the driver's memory */
export function unpacked(packed: Uint8Array): Buffer {
  return gunzipSync(packed, { maxOutputLength: unpackedLimit })
}
