/** What a Git LFS pointer stands for. */
export interface LfsPointer {
  /** SHA-256 of the content, in hex. */
  readonly oid: string
  readonly size: number
}

/** A pointer is at most this long, by Git LFS' specification. */
export const longestPointer = 1024

const pointer =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[a-z0-9.-]+ .*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n/

/** What a file's text points to; null for any other text. */
export function lfsPointerIn(text: string): LfsPointer | null {
  const [, oid, size] = pointer.exec(`${text}\n`) ?? []
  return oid === undefined ? null : { oid, size: Number(size) }
}

/** Where a clone has the content of a pointer, below `.git`. */
export function lfsObjectPath(oid: string): string {
  return `lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`
}

/** The paths of submodules that a `.gitmodules` names. */
export function submodulePaths(gitmodules: string): string[] {
  return [...gitmodules.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].flatMap(([, path]) =>
    path === undefined ? [] : [path.replace(/^"(.*)"$/, "$1")],
  )
}
