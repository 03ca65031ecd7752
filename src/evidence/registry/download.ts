import { createHash } from "node:crypto"
import { open } from "node:fs/promises"
import { AbortError } from "p-retry"
import { type Digest, SignalboxError } from "../../domain/index.ts"
import type { Answer } from "./answer.ts"

/** A blob, as a manifest describes it. */
export interface Blob {
  readonly digest: Digest
  readonly size: number
}

interface SaveOptions {
  /** Milliseconds without a byte after which the connection counts as dead. The whole may take as long as it takes. */
  readonly idleMs: number
  /** `where` of an error. */
  readonly where: string
}

/** Bytes of a refusal that are kept for its reader. */
const refusalBytes = 64 * 1024

/**
 * One request for a blob, written to a file. What is shorter than announced may be asked for again; what is longer or has
 * another digest is refused at once.
 */
export async function saveBlob(
  url: URL,
  authorization: string | undefined,
  blob: Blob,
  file: string,
  { idleMs, where }: SaveOptions,
): Promise<Answer> {
  const dead = new AbortController()
  const expire = () => dead.abort(new Error(`no byte came for ${idleMs / 1000} s`))
  let timer = setTimeout(expire, idleMs)
  try {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    // A redirect to another host goes without the header: fetch drops it.
    const response = await fetch(url, { headers, signal: dead.signal })
    const { status, statusText } = response
    const answer = { status, statusText, headers: response.headers }
    if (!response.ok) {
      const body = new Uint8Array(await response.arrayBuffer()).subarray(0, refusalBytes)
      return { ...answer, body }
    }
    const hash = createHash("sha256")
    const target = await open(file, "w")
    let size = 0
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer)
        timer = setTimeout(expire, idleMs)
        size += chunk.length
        if (size > blob.size) throw new AbortError(otherSize(blob, `more than ${blob.size}`, where))
        hash.update(chunk)
        await target.write(chunk)
      }
    } finally {
      await target.close()
    }
    if (size < blob.size) throw otherSize(blob, String(size), where)
    const digest = `sha256:${hash.digest("hex")}`
    if (digest !== blob.digest) throw new AbortError(otherDigest(blob, digest, where))
    return { ...answer, body: new Uint8Array() }
  } finally {
    clearTimeout(timer)
  }
}

function otherSize({ digest, size }: Blob, actual: string, where: string): SignalboxError {
  return new SignalboxError("STATE_DAMAGED", {
    what: "the registry returned a blob of another size than its manifest says",
    where: `${where}@${digest}`,
    why: `the manifest says ${size} bytes, ${actual} came`,
    next: "check the registry, and proxies before it",
  })
}

function otherDigest({ digest }: Blob, actual: string, where: string): SignalboxError {
  return new SignalboxError("STATE_DAMAGED", {
    what: "the registry returned content with another digest than requested",
    where,
    why: `requested ${digest}, got ${actual}`,
    next: "check the registry, and proxies before it",
  })
}
