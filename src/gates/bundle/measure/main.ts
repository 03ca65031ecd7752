/**
 * `node main.ts ROOT REQUEST OUT`
 *
 * Measures files below ROOT, the file system of an image. REQUEST is a JSON list of `{ files, compression }`; OUT/measured.json gets
 * for each of them the files that it names, with their sizes. Links are named and not followed: they may lead out of ROOT, into this
 * container. No packages: it runs in any container with Node.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { sizeOf } from "./sizes.ts"
import { filesOf } from "./walk.ts"

export interface Request {
  readonly files: string
  readonly compression: "none" | "gzip" | "brotli"
}

export function measure(root: string, requests: readonly Request[]) {
  return requests.map(({ files, compression }) => {
    const { found, links } = filesOf(root, files)
    const sized = found.map((path) => ({ path, ...sizeOf(join(root, path), compression) }))
    return { files, compression, found: sized, links }
  })
}

if (import.meta.main) {
  const [root = "", request = "", out = ""] = process.argv.slice(2)
  const requests = JSON.parse(readFileSync(request, "utf8")) as readonly Request[]
  writeFileSync(join(out, "measured.json"), `${JSON.stringify(measure(root, requests), undefined, 1)}\n`)
}
