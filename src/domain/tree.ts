import { canonicalJson } from "./canonical.ts"
import { type Digest, sha256 } from "./digest.ts"

/** The digest of a directory: the SHA-256 of the canonical list of paths and file digests. Modes and times do not count. */
export function treeDigest(files: ReadonlyMap<string, string | Uint8Array>): Digest {
  const entries = [...files].map(([path, content]) => [path, sha256(content)] as const)
  return sha256(canonicalJson(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))))
}
