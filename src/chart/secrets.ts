/** Names of values that are credentials; `referenceName` is for names of references to a Secret. */
const secretName =
  /(^|[._-]|[a-z])(password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|client[-_]?secret|connection[-_]?string|dsn)$/i
const referenceName =
  /(name|ref|reference|path|file|mount|namespace|enabled|(tls|existing|pull)[-_]?secrets?)$/i

interface SecretShape {
  readonly what: string
  readonly pattern: RegExp
  /** The whole text to hide where a secret is redacted. Default: what `pattern` matches. */
  readonly whole?: RegExp
}

/** Values that are secret under any name. */
export const secretShapes: readonly SecretShape[] = [
  {
    what: "a private key",
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    whole: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  { what: "an AWS access key", pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  {
    what: "a JSON web token",
    pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  },
  {
    what: "an address with a password",
    // Up to the last `@` before the path: a password that was not encoded may contain one.
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s/]+@/i,
    whole: /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s/]+(?=@)/gi,
  },
]

/** Which secret a text has the shape of, whatever it is called; null for none. */
export function shapeIn(text: string): string | null {
  return secretShapes.find(({ pattern }) => pattern.test(text))?.what ?? null
}

/** Why a string looks like a credential under a key, or null. */
export function secretLikeness(key: string, value: string): string | null {
  const shape = shapeIn(value)
  if (shape !== null) return shape
  if (value.trim() === "" || /^\$?\{\{?.*\}?\}$/.test(value.trim())) return null
  return secretName.test(key) && !referenceName.test(key) ? `a value under ${JSON.stringify(key)}` : null
}
