/**
 * `node links.ts DIRECTORY`: prints the symbolic links in it, a path a line. Helm follows them, and a release's chart is
 * identified by its files: a link may lead out of it.
 */
import { readdirSync } from "node:fs"
import { join, relative } from "node:path"

/** Paths of the symbolic links in a directory. */
export function linksIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
}

if (import.meta.main) for (const link of linksIn(process.argv[2] ?? "")) process.stdout.write(`${link}\n`)
