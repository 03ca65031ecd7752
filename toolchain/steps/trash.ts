import { spawn } from "node:child_process"
import { mkdir, readdir, rename } from "node:fs/promises"
import { join } from "node:path"

let count = 0

/** Where what is on its way out lies. */
const trash = (cache: string): string => join(cache, "trash")

/**
 * Takes paths out of everybody's way at once, and removes them in the background: half a million files take half a
 * minute. Paths that are not there are nothing to complain of.
 * @param cache the cache directory, on whose disk the paths are
 */
export async function discard(cache: string, paths: readonly string[]): Promise<void> {
  const bin = join(trash(cache), `${Date.now()}-${process.pid}-${count++}`)
  await mkdir(bin, { recursive: true })
  for (const [index, path] of paths.entries())
    await rename(path, join(bin, String(index))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error
    })
  await emptyTrash(cache)
}

/** Removes, in the background, what was discarded, also what a call that was killed has left there. */
export async function emptyTrash(cache: string): Promise<void> {
  const names = await readdir(trash(cache)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  if (names.length > 0) removeInBackground(names.map((name) => join(trash(cache), name)))
}

/** Go makes modules read-only unless it is told otherwise: whoever has only his own rights makes them writable first. */
function removeInBackground(paths: readonly string[]): void {
  const script = 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+w -- "$@"; rm -rf -- "$@"; }'
  spawn("nice", ["sh", "-c", script, "sh", ...paths], { cwd: "/", detached: true, stdio: "ignore" }).unref()
}
