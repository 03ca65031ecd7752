/**
 * `node foreign-files.ts ROOT PLATFORM` prints the files below ROOT, the file system of an image, that are for another processor than
 * the platform's, as a JSON list of `{ path, why }`. Links are not followed: they may lead out of ROOT, into this container, and
 * what they name in the image is looked at by itself. Nothing is executed.
 */
import { closeSync, openSync, readdirSync, readSync } from "node:fs"
import { elfTarget, foreignTo, identityBytes, isElf } from "./elf.ts"

/** A file that a processor of the image's platform cannot run. */
export interface ForeignFile {
  /** Absolute in the image. */
  readonly path: string
  readonly why: string
}

export function foreignFiles(root: string, platform: string): readonly ForeignFile[] {
  return filesBelow(root, Buffer.alloc(0)).flatMap((path) => {
    const why = whyForeign(Buffer.concat([Buffer.from(root), path]), platform)
    return why === null ? [] : [{ path: path.toString(), why }]
  })
}

/** Names are bytes: one that is no UTF-8 would be another one as text, and not be found. */
function filesBelow(root: string, directory: Buffer): readonly Buffer[] {
  const place = Buffer.concat([Buffer.from(root), directory])
  const entries = readdirSync(place, { withFileTypes: true, encoding: "buffer" })
  return entries.flatMap((entry) => {
    const path = Buffer.concat([directory, Buffer.from("/"), entry.name])
    if (entry.isDirectory()) return filesBelow(root, path)
    return entry.isFile() ? [path] : []
  })
}

function whyForeign(file: Buffer, platform: string): string | null {
  const head = firstBytes(file)
  if (!isElf(head)) return null
  const target = elfTarget(head)
  return target === null ? "its header is cut off" : foreignTo(target, platform)
}

function firstBytes(file: Buffer): Buffer {
  const head = Buffer.alloc(identityBytes)
  const opened = openSync(file, "r")
  try {
    return head.subarray(0, readSync(opened, head, 0, identityBytes, 0))
  } finally {
    closeSync(opened)
  }
}

if (import.meta.main) {
  const [root, platform] = process.argv.slice(2)
  if (root === undefined || platform === undefined) throw new Error("usage: foreign-files.ts ROOT PLATFORM")
  process.stdout.write(JSON.stringify(foreignFiles(root, platform)))
}
