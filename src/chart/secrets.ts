import type { ToolFinding } from "../domain/index.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"

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

/** Why a string looks like a credential under a key, or null. */
export function secretLikeness(key: string, value: string): string | null {
  const shape = secretShapes.find(({ pattern }) => pattern.test(value))
  if (shape !== undefined) return shape.what
  if (value.trim() === "" || /^\$?\{\{?.*\}?\}$/.test(value.trim())) return null
  return secretName.test(key) && !referenceName.test(key) ? `a value under ${JSON.stringify(key)}` : null
}

/** Values that contain a secret instead of a reference to one. The value is never quoted. */
export function scanValues(values: unknown, file: string): readonly ToolFinding[] {
  return strings(values).flatMap(({ path, value }) => {
    const why = secretLikeness(path.at(-1) ?? "", value)
    return why === null
      ? []
      : [finding("secret-in-values", `${path.join(".")} carries ${why}`, path.join("."), file)]
  })
}

/**
 * Rendered manifests that contain a secret, or a placeholder (`CHANGE_ME`, plain or in base64) that was not replaced.
 * A Secret may be rendered only without data: its values are set outside the chart.
 */
export function scanManifests(objects: readonly ManifestObject[]): readonly ToolFinding[] {
  return objects.flatMap((object) => [...placeholders(object), ...carried(object)])
}

function placeholders(object: ManifestObject): readonly ToolFinding[] {
  const key = objectKey(object)
  return strings(object.body).flatMap(({ path, value }) =>
    isPlaceholder(value)
      ? [
          finding(
            "placeholder",
            `${key}: ${path.join(".")} is still CHANGE_ME`,
            `${key}:${path.join(".")}`,
            object.source,
          ),
        ]
      : [],
  )
}

function isPlaceholder(value: string): boolean {
  if (/CHANGE_?ME/i.test(value)) return true
  const compact = value.trim()
  if (compact.length < 8 || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(compact)) return false
  return /CHANGE_?ME/i.test(Buffer.from(compact, "base64").toString("latin1"))
}

function carried(object: ManifestObject): readonly ToolFinding[] {
  const key = objectKey(object)
  if (object.kind === "Secret" && object.apiVersion === "v1") {
    const filled = ["data", "stringData"].flatMap((field) =>
      Object.entries((object.body[field] ?? {}) as Record<string, unknown>).filter(
        ([, value]) => value !== "" && value !== null,
      ),
    )
    return filled.map(([name]) =>
      finding("secret-rendered", `${key} carries a value for ${name}`, `${key}:${name}`, object.source),
    )
  }
  return environment(object.body).flatMap(({ name, value }) => {
    const why = secretLikeness(name, value)
    return why === null
      ? []
      : [
          finding(
            "secret-rendered",
            `${key}: env ${name} carries ${why}`,
            `${key}:env.${name}`,
            object.source,
          ),
        ]
  })
}

/** `env` entries with a literal value, at any depth. */
function environment(value: unknown): readonly { name: string; value: string }[] {
  if (Array.isArray(value)) return value.flatMap(environment)
  if (typeof value !== "object" || value === null) return []
  const entry = value as { name?: unknown; value?: unknown }
  const own =
    typeof entry.name === "string" && typeof entry.value === "string"
      ? [{ name: entry.name, value: entry.value }]
      : []
  return [...own, ...Object.values(value).flatMap(environment)]
}

function strings(
  value: unknown,
  path: readonly string[] = [],
): readonly { path: readonly string[]; value: string }[] {
  if (typeof value === "string") return [{ path, value }]
  if (Array.isArray(value)) return value.flatMap((item, index) => strings(item, [...path, String(index)]))
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key]))
}

function finding(rule: string, message: string, subject: string, file: string | null): ToolFinding {
  return {
    rule,
    severity: "critical",
    message,
    ...(file === null ? {} : { location: { file } }),
    fix: "refer to a Secret by name (secretEnv) and create that Secret outside the chart",
    subject,
  }
}
