import { canonicalJson } from "./canonical.ts"
import { type Digest, sha256 } from "./digest.ts"

/** The digest of a directory: the SHA-256 of the canonical list of paths and file digests. Modes and times do not count. */
export function treeDigest(files: ReadonlyMap<string, string | Uint8Array>): Digest {
  const entries = [...files].map(([path, content]) => [path, sha256(content)] as const)
  return sha256(canonicalJson(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))))
}

/**
 * The paths that are no source: git ignores them, and they are not committed. A directory stands for all that is below it.
 * @param all every path of the tree; directories end with a slash
 * @param notIgnored those that no `.gitignore` names
 * @param committed the files that git knows, whatever `.gitignore` says of them
 */
export function ignoredPaths(
  all: readonly string[],
  notIgnored: readonly string[],
  committed: readonly string[],
): string[] {
  const source = new Set([...notIgnored, ...committed].map(plain))
  const withSource = new Set([...source].flatMap(parentsOf))
  const left = all.map(plain).filter((path) => !source.has(path) && !withSource.has(path))
  const leftOut = new Set(left)
  return left.filter((path) => !parentsOf(path).some((parent) => leftOut.has(parent)))
}

const plain = (path: string): string => path.replace(/\/$/, "")

/** All directories that a path is in, without the tree itself. */
function parentsOf(path: string): string[] {
  return path
    .split("/")
    .slice(0, -1)
    .map((_, index, names) => names.slice(0, index + 1).join("/"))
}
