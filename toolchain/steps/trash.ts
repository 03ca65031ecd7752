import { spawn } from "node:child_process"
import { mkdir, readdir, rename } from "node:fs/promises"
import { join } from "node:path"

let count = 0

/** Directory of paths that are being removed. */
const trash = (cache: string): string => join(cache, "trash")

/**
 * Moves paths away at once, and removes them in the background: half a million files take half a minute. A path that
 * does not exist is no error.
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

/** Removes discarded paths in the background, also those of an earlier call that was killed. */
export async function emptyTrash(cache: string): Promise<void> {
  const names = await readdir(trash(cache)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  if (names.length > 0) removeInBackground(names.map((name) => join(trash(cache), name)))
}

/** By default Go makes modules read-only: a user without root rights must make them writable before removing them. */
function removeInBackground(paths: readonly string[]): void {
  const script = 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+w -- "$@"; rm -rf -- "$@"; }'
  spawn("nice", ["sh", "-c", script, "sh", ...paths], { cwd: "/", detached: true, stdio: "ignore" }).unref()
}
