/**
 * `node links.ts DIRECTORY`: prints the symbolic links in it, a path a line. Helm follows them, and a release's chart is
 * identified by its files: a link may lead out of it.
 */
import { readdirSync } from "node:fs"
import { join, relative } from "node:path"

if (import.meta.main) {
  const directory = process.argv[2] ?? ""
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isSymbolicLink())
      process.stdout.write(`${relative(directory, join(entry.parentPath, entry.name))}\n`)
}
