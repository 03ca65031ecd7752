/** Names of values that are credentials; `referenceName` is for names of references to a Secret. */
const secretNames: readonly RegExp[] = [
  /(^|[._-]|[a-z])(password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|client[-_]?secret|connection[-_]?string|dsn)$/i,
  // `DB_PASS`, `dbPwd`; not `PWD`, `compass`.
  /^pass$|[._-](pass|pwd|pw)$/i,
  /[a-z](Pass|Pwd)$/,
  // Not `secretKey`: of an ExternalSecret that is a name.
  /secret[._-]key([._-]base)?$/i,
  /(encryption|signing|master|account)[._-]?key$/i,
  // Of an .npmrc: a user and a password.
  /^_auth$/i,
]
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
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/,
    whole:
      /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
  },
  { what: "an AWS access key", pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{22,}/ },
  { what: "a GitLab token", pattern: /\bgl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  { what: "a Stripe key", pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/ },
  { what: "a Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/ },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a SendGrid key", pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/ },
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
  {
    what: "a password in a connection string",
    // `jdbc:…?user=u&password=x`, `Server=db;Password=x`; what is filled in later is none.
    pattern: /[?&;]\s*(?:password|passwd|pwd|accountkey|sharedaccesskey)=(?![${%<*({])[^\s;&"']+/i,
    whole: /(?<=[?&;]\s*(?:password|passwd|pwd|accountkey|sharedaccesskey)=)(?![${%<*({])[^\s;&"']+/gi,
  },
  {
    what: "an authorization header",
    pattern: /\bauthorization\b["']?[\s:=]+["']?(?:bearer|basic)\s+(?![${%<*({])[A-Za-z0-9._~+/=-]{8,}/i,
    whole: /(?<=\bauthorization\b["']?[\s:=]+["']?(?:bearer|basic)\s+)(?![${%<*({])[A-Za-z0-9._~+/=-]{8,}/gi,
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
  const isSecret = secretNames.some((name) => name.test(key)) && !referenceName.test(key)
  return isSecret ? `a value under ${JSON.stringify(key)}` : null
}
