/** How the bytes of a file become text in which a secret can be found, and what of them stays unsearched. */
import { gunzipSync } from "node:zlib"

/** Decompressed content is searched up to this size. */
const mostDecompressed = 64 * 1024 * 1024

/** ASCII text in UTF-16 or UTF-32: each character has zero bytes after it, or before it. */
const wideText = /(?:[\t\n\r -~]\0(?:\0\0)?){4,}|(?:(?:\0\0)?\0[\t\n\r -~]){4,}/g

/**
 * The text in which gitleaks can find what ASCII a file contains, whatever its encoding. Line breaks stay where they
 * are, so that line numbers hold.
 */
export function readable(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes
  const text = bytes.toString("latin1")
  const narrow = text.replaceAll(wideText, (wide) => wide.replaceAll("\0", ""))
  return Buffer.from(narrow.replaceAll("\0", " "), "latin1")
}

const containers: readonly { readonly kind: string; readonly magic: string }[] = [
  { kind: "gzip", magic: "\x1f\x8b" },
  { kind: "zip", magic: "PK\x03\x04" },
  { kind: "bzip2", magic: "BZh" },
  { kind: "xz", magic: "\xfd7zXZ\0" },
  { kind: "zstd", magic: "\x28\xb5\x2f\xfd" },
  { kind: "7z", magic: "7z\xbc\xaf\x27\x1c" },
  { kind: "rar", magic: "Rar!" },
  { kind: "PDF", magic: "%PDF-" },
  { kind: "Git LFS pointer", magic: "version https://git-lfs.github.com/spec/" },
]

/** Of a file whose content is compressed, or somewhere else: the content where it could be read, or why it was not. */
export function contentOf(
  bytes: Buffer,
): { readonly content: Buffer } | { readonly why: string } | undefined {
  const head = bytes.subarray(0, 64).toString("latin1")
  const kind = containers.find(({ magic }) => head.startsWith(magic))?.kind
  if (kind === undefined) return undefined
  if (kind !== "gzip") return { why: kind }
  try {
    const content = gunzipSync(bytes, { maxOutputLength: mostDecompressed })
    // A compressed archive: its members' content is there, as it is in the archive.
    return { content }
  } catch (thrown) {
    return { why: `gzip: ${thrown instanceof Error ? thrown.message : String(thrown)}` }
  }
}

/**
 * Files in which text that looks random is the rule: gitleaks' guess by entropy (`generic-api-key`) says nothing about
 * them. Every rule that knows the form of a secret applies to them as to any other file.
 */
const generated = new RegExp(
  [
    String.raw`(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|go\.(?:mod|sum|work\.sum))$`,
    String.raw`(?:^|/)(?:Cargo|poetry|Pipfile|composer|Gemfile|uv|gradle)\.lock(?:file)?$`,
    String.raw`\.(?:bmp|gif|ico|jpe?g|png|svg|tiff?|webp|avif|eot|[ot]tf|woff2?|pdf|docx?|xlsx?|pptx?|bin|exe|dll|pdb|wasm)$`,
    String.raw`\.min\.(?:js|css|mjs)$|\.map$`,
  ].join("|"),
  "i",
)

/** @param bytes its content: binary where it has a zero byte that is not of wide text. */
export function isGenerated(path: string, bytes: Buffer): boolean {
  return (
    generated.test(path) ||
    (bytes.includes(0) && bytes.toString("latin1").replaceAll(wideText, "").includes("\0"))
  )
}

/** Extensions that rules of gitleaks 8.30.1 ask for; another version's rules for other names would find nothing. */
const extensions = /\.(?:php|tf|hcl|ya?ml|p12|pfx)$/i

/**
 * The name under which gitleaks reads the nth text. Not its path: gitleaks' built-in allow list skips whatever has
 * certain names (`*.svg`, `*.v2`, `package-lock.json`, `node_modules/`), and cannot be switched off.
 */
export function neutralName(n: number, path: string): string {
  const end = /nuget\.config$/i.test(path) ? ".nuget.config" : (extensions.exec(path)?.[0] ?? ".txt")
  return `${Math.floor(n / 1000)}/${n}${end}`
}
