/**
 * Base64 that gitleaks does not decode by itself: wrapped into lines as `base64`, PEM and MIME write it, or of something that is
 * no plain text, such as gzip and UTF-16 (`powershell -EncodedCommand`).
 */

/** Texts that are larger are data: base64 in them is not looked for. */
const largest = 16 * 1024 * 1024

const base64 = /(?:[A-Za-z0-9+/]{20,}\r?\n[ \t]*)+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/]{40,}={0,2}/g

export interface Encoded {
  readonly content: Buffer
  /** Line of the text at which it begins. */
  readonly line: number
}

export function encodedIn(bytes: Buffer): readonly Encoded[] {
  if (bytes.length > largest) return []
  const text = bytes.toString("latin1")
  const found: Encoded[] = []
  let [line, counted] = [1, 0]
  for (const match of text.matchAll(base64)) {
    const [run] = match
    const content = Buffer.from(run.replaceAll(/\s/g, ""), "base64")
    if (!isWorthIt(content, run.includes("\n"))) continue
    for (; counted < match.index; counted += 1) if (bytes[counted] === 0x0a) line += 1
    found.push({ content, line })
  }
  return found
}

/** Random bytes, keys and certificates are none of it; plain text on one line is decoded by gitleaks. */
function isWorthIt(content: Buffer, isWrapped: boolean): boolean {
  if (content.subarray(0, 3).equals(gzip) || content.subarray(0, 4).equals(zip)) return true
  const sample = content.subarray(0, 4096)
  const zeros = sample.filter((byte) => byte === 0).length
  const plain = sample.filter(
    (byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127),
  ).length
  if (zeros * 5 >= sample.length * 2 && zeros + plain >= sample.length * 0.9) return true
  return isWrapped && plain >= sample.length * 0.95
}

const gzip = Buffer.from([0x1f, 0x8b, 0x08])
const zip = Buffer.from("PK\x03\x04", "latin1")
