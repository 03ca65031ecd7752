/**
 * `node compare-trees.ts SOURCE BEFORE AFTER [COMMENTS]`: prints as JSON which files of SOURCE a command changed or removed
 * (BEFORE and AFTER are its working directory), and the comments of SOURCE that match the regular expression COMMENTS. A file of
 * BEFORE is one of SOURCE where name and content are equal, wherever a Dockerfile has copied it to; what a build has made is none.
 */
import { readdirSync } from "node:fs"
import { basename } from "node:path"
import { findComments } from "./find-comments.ts"
import { changedFiles, fingerprints } from "./run-tool.ts"

export function compareTrees(source: string, before: string, after: string): readonly string[] {
  const key = (path: string, fingerprint: string) => `${basename(path)}\0${fingerprint}`
  const sources = new Set([...fingerprints(source)].map(([path, of]) => key(path, of)))
  const wanted = new Set([...sources].map((text) => text.split("\0")[0] ?? ""))
  const isWanted = (path: string) => wanted.has(basename(path))
  const judged = new Map(
    [...fingerprints(before, isWanted)].filter(([path, of]) => sources.has(key(path, of))),
  )
  return changedFiles(
    judged,
    fingerprints(after, (path) => judged.has(path)),
  )
}

if (import.meta.main) {
  const [source = "", before = "", after = "", comments] = process.argv.slice(2)
  for (const directory of [source, before, after]) readdirSync(directory)
  const plain = [...fingerprints(source)].flatMap(([file, of]) => (of.startsWith("->") ? [] : [file]))
  const found = comments === undefined ? [] : findComments(source, plain, comments)
  process.stdout.write(JSON.stringify({ changed: compareTrees(source, before, after), comments: found }))
}
