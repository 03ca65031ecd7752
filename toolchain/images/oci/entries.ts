import type { Stats } from "node:fs"
import { lstat, readdir, readlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { TarEntry } from "./tar.ts"

/**
 * Entries in the order in which a layer has them: sorted by bytes of the path, each directory before what it holds,
 * missing parents added (0755, root). Of two entries with one path the later one counts.
 */
export function inLayerOrder(entries: Iterable<TarEntry>): TarEntry[] {
  const byPath = new Map<string, TarEntry>()
  for (const entry of entries) {
    checkPath(entry.path)
    byPath.set(entry.path, entry)
  }
  for (const path of [...byPath.keys()]) {
    for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
      if (!byPath.has(parent)) byPath.set(parent, { type: "directory", path: parent, mode: 0o755 })
    }
  }
  return [...byPath.values()].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b))).sort(hardlinksLast)
}

/** A slash sorts before every other character of a name, so that a directory's content follows it at once. */
const sortKey = (entry: TarEntry): Buffer => Buffer.from(entry.path.replaceAll("/", "\u0000"))
/** A hard link can be unpacked only when its target is there. */
const hardlinksLast = (a: TarEntry, b: TarEntry): number =>
  Number(a.type === "hardlink") - Number(b.type === "hardlink")

function checkPath(path: string): void {
  const parts = path.split("/")
  if (path === "" || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new Error(`not a clean relative path: "${path}"`)
  }
}

export interface DirectoryOptions {
  /** Where the content goes in the image. Default: the image's root. */
  readonly to?: string
  /** Paths (relative to the directory) to leave out, with all below them. */
  readonly skip?: (path: string) => boolean
  /** Owner of every entry. Default: the owner on disk. */
  readonly owner?: { readonly uid: number; readonly gid: number }
}

/** Everything below a directory. Devices, sockets and pipes are left out: a container runtime makes its own. */
export async function fromDirectory(directory: string, options: DirectoryOptions = {}): Promise<TarEntry[]> {
  const entries: TarEntry[] = []
  const linked = new Map<string, string>()
  const visit = async (path: string): Promise<void> => {
    for (const name of (await readdir(join(directory, path))).sort()) {
      const inside = path ? `${path}/${name}` : name
      if (options.skip?.(inside)) continue
      const entry = await entryOf(
        join(directory, inside),
        options.to ? `${options.to}/${inside}` : inside,
        linked,
      )
      if (!entry) continue
      entries.push(options.owner ? { ...entry, ...options.owner } : entry)
      if (entry.type === "directory") await visit(inside)
    }
  }
  await visit("")
  return entries
}

/** One file, link or directory of the disk, under another path. */
export async function fromPath(source: string, path: string): Promise<TarEntry> {
  const entry = await entryOf(source, path, new Map())
  if (!entry) throw new Error(`${source} is neither a file, a link nor a directory`)
  return entry
}

async function entryOf(
  source: string,
  path: string,
  linked: Map<string, string>,
): Promise<TarEntry | undefined> {
  const stat = await lstat(source)
  const common = { path, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid }
  if (stat.isDirectory()) return { ...common, type: "directory" }
  if (stat.isSymbolicLink())
    return { ...common, mode: 0o777, type: "symlink", target: await readlink(source) }
  if (!stat.isFile()) return undefined
  const first = firstName(stat, path, linked)
  if (first) return { ...common, type: "hardlink", target: first }
  return { ...common, type: "file", from: source, size: stat.size }
}

/** The path under which the same inode was already seen, if any. */
function firstName(stat: Stats, path: string, linked: Map<string, string>): string | undefined {
  if (stat.nlink < 2) return undefined
  const inode = `${stat.dev}:${stat.ino}`
  const first = linked.get(inode)
  if (first === undefined) linked.set(inode, path)
  return first
}
