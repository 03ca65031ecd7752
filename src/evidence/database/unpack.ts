import { createReadStream } from "node:fs"
import { mkdir, open } from "node:fs/promises"
import { join } from "node:path"
import { createGunzip } from "node:zlib"
import { SignalboxError } from "../../domain/index.ts"
import { type TarEntry, tarEntries } from "./tar.ts"

/** The files that are wanted of an archive. */
interface Wanted {
  readonly files: readonly string[]
  /** Further ones, by their names: at least one of them. Default: none. */
  readonly others?: RegExp
}

/**
 * Unpacks the wanted files of an archive (tar, gzip) into a directory, whatever else is in it. A member with a path, or that
 * is neither file nor directory, is nothing that a database has: then nothing of the archive is used.
 * @throws OUTPUT_UNREADABLE for an archive that is cut off or broken, lacks a file, has one twice, or leads out of itself
 */
export async function unpackFiles(archive: string, { files, others }: Wanted, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const unpacked = new Set<string>()
  try {
    const plain = createGunzip()
    createReadStream(archive)
      .on("error", (error) => plain.destroy(error))
      .pipe(plain)
    for await (const entry of tarEntries(plain)) {
      const name = nameOf(entry)
      if (!files.includes(name) && others?.test(name) !== true) {
        await entry.skip()
        continue
      }
      if (unpacked.has(name)) throw new Error(`it has ${name} twice`)
      unpacked.add(name)
      const target = await open(join(to, name), "w", 0o644)
      try {
        for await (const chunk of entry.content()) await target.write(chunk)
      } finally {
        await target.close()
      }
    }
    const missing = files.filter((name) => !unpacked.has(name))
    if (missing.length > 0) throw new Error(`it lacks ${missing.join(" and ")}`)
    if (others !== undefined && unpacked.size === files.length)
      throw new Error(`it has nothing beside ${files.join(" and ")}`)
  } catch (cause) {
    throw new SignalboxError(
      "OUTPUT_UNREADABLE",
      {
        what: "the archive of the database cannot be used",
        why: cause instanceof Error ? cause.message : String(cause),
        next: "ask who publishes it: its digest is the one that the registry says",
      },
      { cause },
    )
  }
}

/** The name of a plain file at the top; "" for the directory itself. */
function nameOf({ name, type }: TarEntry): string {
  const plain = name.replace(/^\.\//, "")
  if (type === "directory" && (plain === "" || plain === ".")) return ""
  if (type !== "file") throw new Error(`${JSON.stringify(name)} is neither a file nor the directory itself`)
  if (plain === "" || plain.includes("/") || plain.includes("\\") || plain === ".." || plain === ".")
    throw new Error(`${JSON.stringify(name)} leads out of the archive's directory`)
  return plain
}
