/** How the bytes of a file become text in which a secret can be found. */

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

/** Share of control characters above which content is binary: a single zero byte must not exempt a settings file. */
const binaryShare = 0.05

/** @param bytes its content: binary where many of its characters are no text, those of wide text aside. */
export function isGenerated(path: string, bytes: Buffer): boolean {
  if (generated.test(path)) return true
  if (!bytes.includes(0)) return false
  const narrow = bytes.toString("latin1").replaceAll(wideText, "")
  const controls = narrow.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0
  return controls > narrow.length * binaryShare
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
