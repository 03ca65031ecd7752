import { createHash } from "node:crypto"
import { SignalboxError } from "./errors.ts"

/** `sha256:` and 64 lower-case hex digits (OCI image-spec, "digests"). */
export type Digest = `sha256:${string}`

const pattern = /^sha256:[0-9a-f]{64}$/

export function isDigest(text: string): text is Digest {
  return pattern.test(text)
}

/** @throws USAGE when the text is not a SHA-256 digest. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new SignalboxError("USAGE", {
    what: `not a digest: ${JSON.stringify(text)}`,
    next: "give sha256: and 64 hex digits",
  })
}

/** The digest of some bytes; text is UTF-8. */
export function sha256(content: string | Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`
}

/** `repository@sha256:…`, the only form in which an image is deployed. */
export interface ImageRef {
  readonly repository: string
  readonly digest: Digest
}

export function formatImageRef(ref: ImageRef): string {
  return `${ref.repository}@${ref.digest}`
}

/** Reads `repository[:tag]@sha256:…`. @throws USAGE without a digest. */
export function parseImageRef(text: string): ImageRef {
  const [name = "", digest = ""] = text.split("@")
  const lastColon = name.lastIndexOf(":")
  const repository = lastColon > name.lastIndexOf("/") ? name.slice(0, lastColon) : name
  return { repository, digest: parseDigest(digest) }
}
