import { gunzipSync } from "node:zlib"
import type { KnownSecrets } from "../../chart/index.ts"

const hidden = "(secret)"
/** What is packed is looked into as far as this; what is larger is taken out whole. */
const unpackedLimit = 4 * 1024 * 1024
const depth = 3

/** Base64 of some length: it may be of gzip, as Helm and stored releases are, or of base64 again. */
const runs = /[A-Za-z0-9+/_-]{24,}={0,2}/g

/**
 * Base64 in lines, as `base64`, openssl and mail programs write it, also where a JSON text has the line ends. Looked for at
 * the beginning of a run only: anywhere else it would take quadratic time on a long line.
 */
const lines =
  /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{60,}(?:\r?\n[ \t]*|(?:\\r)?\\n))+[A-Za-z0-9+/_-]+={0,2}/g
const lineEnds = /\r?\n[ \t]*|(?:\\r)?\\n/g

/**
 * A text without the secrets that are known, also where a program printed them packed: gzip in base64, once or again.
 * Plain and in base64 they are known by their characters; compressed, only by what comes out.
 */
export function hidePacked(text: string, secrets: Pick<KnownSecrets, "hide">): string {
  const withoutLines = text.replaceAll(lines, (block) => {
    const joined = block.replaceAll(lineEnds, "")
    return secrets.hide(joined) !== joined || holdsSecret(joined, secrets, depth) ? hidden : block
  })
  return secrets.hide(
    withoutLines.replaceAll(runs, (run) => (holdsSecret(run, secrets, depth) ? hidden : run)),
  )
}

function holdsSecret(run: string, secrets: Pick<KnownSecrets, "hide">, left: number): boolean {
  if (left === 0) return false
  const bytes = Buffer.from(run, "base64")
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const content = packed ? unpacked(bytes) : textOf(bytes)
  if (content === null) return packed
  if (secrets.hide(content) !== content) return true
  return [...content.matchAll(runs)].some(([inner]) => inner !== run && holdsSecret(inner, secrets, left - 1))
}

/** Null: it is too large, or cut off, and nobody can say what is in it. */
function unpacked(bytes: Buffer): string | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedLimit }).toString("utf8")
  } catch {
    return null
  }
}

/** What is no text is nothing that a secret could be read from; base64 of text is. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8")
  return text.includes("\ufffd") ? "" : text
}
