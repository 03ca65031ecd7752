/** Whether secrets stand somewhere: plain, escaped, in base64 of any offset, compressed, or one inside the other. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

/** Secrets by a name that a failing test can print. */
export type Canaries = Readonly<Record<string, string>>

const depth = 4
/** Layers of images are searched as they are unpacked: base64 within them belongs to programs. */
const searchedInside = 8 << 20
const runs = /[A-Za-z0-9+/_-]{24,}={0,2}/g

/** Names of the canaries that some bytes hold. */
export function leaksIn(bytes: Buffer, canaries: Canaries): readonly string[] {
  return Object.entries(canaries).flatMap(([name, secret]) => (holds(bytes, secret, depth) ? [name] : []))
}

function holds(bytes: Buffer, secret: string, left: number): boolean {
  const packed = bytes.length > 1 && bytes.readUInt16BE(0) === 0x1f8b
  if (packed) {
    const content = unpacked(bytes)
    return content !== null && left > 0 && holds(content, secret, left - 1)
  }
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
  if (forms.some((form) => bytes.includes(form)) || bytes.includes(Buffer.from(secret).toString("hex")))
    return true
  if (left === 0 || bytes.length > searchedInside) return false
  const text = bytes.toString("latin1")
  return [...text.matchAll(runs)].some(([run]) => holds(Buffer.from(run, "base64"), secret, left - 1))
}

/** What begins like gzip and is none holds nothing that anybody could read. */
function unpacked(bytes: Buffer): Buffer | null {
  try {
    return gunzipSync(bytes)
  } catch {
    return null
  }
}

/** `path: canary` of every file below a directory that holds one. */
export async function leaksBelow(directory: string, canaries: Canaries): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found = files.map(async (file) =>
    leaksIn(await readFile(file), canaries).map((name) => `${file.slice(directory.length + 1)}: ${name}`),
  )
  return (await Promise.all(found)).flat()
}
