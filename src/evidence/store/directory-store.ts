import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { SignalboxError, treeDigest } from "../../domain/index.ts"
import { asTag } from "../registry/reference.ts"
import type { EvidenceKind, EvidenceStore, Files, Stored } from "./store.ts"

/** End of the name of what is still being written. */
const unfinished = ".new"

/** Evidence in a directory (a cache volume): for projects without a registry. Protected environments refuse it. */
export class DirectoryStore implements EvidenceStore {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  async put(kind: EvidenceKind, key: string, files: Files): Promise<Stored> {
    const target = this.#path(kind, key)
    const stored = { digest: treeDigest(files), reference: target }
    const existing = await this.get(kind, key)
    if (existing !== undefined && existing.stored.digest !== stored.digest)
      throw new SignalboxError("RECORD_CONFLICT", {
        what: "this evidence exists already, with other content",
        where: target,
        why: `stored ${existing.stored.digest}, wanted ${stored.digest}`,
        next: "a release is immutable: cut a new version",
      })
    if (existing !== undefined) return stored
    const fresh = `${target}.${process.pid}${unfinished}`
    await rm(fresh, { recursive: true, force: true })
    for (const [name, content] of files) {
      await mkdir(dirname(join(fresh, name)), { recursive: true })
      await writeFile(join(fresh, name), content)
    }
    await rename(fresh, target)
    return stored
  }

  async get(kind: EvidenceKind, key: string): Promise<{ stored: Stored; files: Files } | undefined> {
    const target = this.#path(kind, key)
    const files = await readTree(target)
    return files === undefined
      ? undefined
      : { stored: { digest: treeDigest(files), reference: target }, files }
  }

  async keys(kind: EvidenceKind, prefix: string): Promise<readonly string[]> {
    const names = (await namesIn(join(this.#root, kind))) ?? []
    return names.filter((name) => name.startsWith(asTag(prefix)) && !name.endsWith(unfinished))
  }

  #path(kind: EvidenceKind, key: string): string {
    return join(this.#root, kind, asTag(key))
  }
}

/** Every file below a directory by relative path; undefined when the directory does not exist. */
export async function readTree(root: string): Promise<Map<string, Uint8Array> | undefined> {
  return unlessMissing(async () => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const read = await Promise.all(
      files.map(async (file) => [relative(root, file), await readFile(file)] as const),
    )
    return new Map(read.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function namesIn(directory: string): Promise<readonly string[] | undefined> {
  return unlessMissing(() => readdir(directory))
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}
