/**
 * `node stamp.ts DIRECTORY [SECONDS]`
 *
 * Gives everything below a directory one time stamp, symbolic links included, and the permissions of files that all may
 * read and only root may write, so that equal content makes an equal layer: a checkout's own times and permissions depend
 * on who made it. Without SECONDS the time is derived from the content: web servers make ETag and Last-Modified of size and
 * time, and with a constant time a changed file of equal size would be "not modified" for every browser.
 */
import { createHash } from "node:crypto"
import { chmodSync, lutimesSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { join } from "node:path"

/** Times are spread over this many seconds after `earliest`: about 17 years, all of them in the past. */
const span = 2 ** 29
/** 2000-01-01T00:00:00Z in seconds. */
const earliest = 946_684_800

/** Seconds since 1970 that depend on paths and content below a directory, and on nothing else. */
export function contentTime(directory: string): number {
  const hash = createHash("sha256")
  for (const { path, kind } of walk(directory)) {
    hash.update(`${kind}\0${path}\0`)
    if (kind === "file")
      hash.update(
        createHash("sha256")
          .update(readFileSync(join(directory, path)))
          .digest(),
      )
    if (kind === "link") hash.update(`${readlinkSync(join(directory, path))}\0`)
  }
  return earliest + (hash.digest().readUInt32BE(0) % span)
}

export function stamp(directory: string, seconds: number): void {
  // Deepest first: writing into a directory would change its time again.
  for (const { path, kind } of walk(directory).reverse()) settle(join(directory, path), kind, seconds)
  settle(directory, "directory", seconds)
}

function settle(path: string, kind: Entry["kind"], seconds: number): void {
  // A link has no permissions of its own.
  if (kind !== "link") chmodSync(path, kind === "directory" || isExecutable(path) ? 0o755 : 0o644)
  lutimesSync(path, seconds, seconds)
}

function isExecutable(path: string): boolean {
  return (statSync(path).mode & 0o111) !== 0
}

interface Entry {
  readonly path: string
  readonly kind: "directory" | "file" | "link"
}

function walk(directory: string, below = ""): Entry[] {
  const entries = readdirSync(join(directory, below), { withFileTypes: true })
  const byName = entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return byName.flatMap((entry): Entry[] => {
    const path = join(below, entry.name)
    if (entry.isDirectory()) return [{ path, kind: "directory" }, ...walk(directory, path)]
    return [{ path, kind: entry.isSymbolicLink() ? "link" : "file" }]
  })
}

if (import.meta.main) {
  const [directory, seconds] = process.argv.slice(2)
  if (directory === undefined) throw new Error("usage: stamp.ts DIRECTORY [SECONDS]")
  stamp(directory, seconds === undefined ? contentTime(directory) : Number(seconds))
}
