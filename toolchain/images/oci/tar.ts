import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { type Header, type Pack, pack } from "tar-stream"

/** What one entry of a layer is, apart from its name and rights. */
type Content =
  | { readonly type: "file"; readonly bytes: Buffer }
  | { readonly type: "file"; readonly from: string; readonly size: number }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "hardlink"; readonly target: string }

/** One entry of a layer. Times do not exist: every entry is written with the time 0. */
export type TarEntry = Content & {
  /** Relative path without a leading slash or a trailing one: `usr/local/bin/node`. */
  readonly path: string
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number
  /** Default: 0, root. */
  readonly uid?: number
  /** Default: 0, root. */
  readonly gid?: number
}

const types = { file: "file", hardlink: "link", symlink: "symlink", directory: "directory" } as const

/** The bytes of a tar archive with these entries, in their order. Equal entries give equal bytes. */
export async function* tarBytes(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  const archive = pack()
  void writeAll(archive, entries).catch((error: Error) => archive.destroy(error))
  for await (const chunk of archive) yield chunk as Buffer
}

async function writeAll(archive: Pack, entries: Iterable<TarEntry>): Promise<void> {
  for (const entry of entries) {
    if (entry.type === "file" && "from" in entry) await writeFile(archive, entry)
    else archive.entry(headerOf(entry), entry.type === "file" ? entry.bytes : Buffer.alloc(0))
  }
  archive.finalize()
}

type FromDisk = Extract<TarEntry, { readonly from: string }>

/** Writes exactly the size that the header states: a file that grew or shrank meanwhile would shift all that follows. */
async function writeFile(archive: Pack, entry: FromDisk): Promise<void> {
  const handle = await open(entry.from)
  try {
    if ((await handle.stat()).size !== entry.size)
      throw new Error(`${entry.from} changed while its layer was written`)
  } finally {
    await handle.close()
  }
  if (entry.size === 0) {
    archive.entry(headerOf(entry), Buffer.alloc(0))
    return
  }
  await new Promise<void>((resolve, reject) => {
    const place = archive.entry(headerOf(entry), (error) => (error ? reject(error) : resolve()))
    createReadStream(entry.from, { end: entry.size - 1, highWaterMark: 1 << 20 })
      .on("error", reject)
      .pipe(place)
  })
}

/** A bit that no header holds keeps the mode 0 from being taken for none. */
const given = 0o100000

function headerOf(entry: TarEntry): Partial<Header> & Pick<Header, "name"> {
  return {
    ...{ name: entry.path, type: types[entry.type], mode: entry.mode | given, mtime: new Date(0) },
    ...{ uid: entry.uid ?? 0, gid: entry.gid ?? 0 },
    ...(entry.type === "symlink" || entry.type === "hardlink" ? { linkname: entry.target } : {}),
    ...(entry.type === "file" ? { size: "bytes" in entry ? entry.bytes.length : entry.size } : {}),
  }
}
