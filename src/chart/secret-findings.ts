import type { ToolFinding } from "../domain/index.ts"
import { configuredSecrets, secretSettings } from "./configured-secrets.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"
import { secretLikeness, shapeIn } from "./secrets.ts"

/** Values that contain a secret instead of a reference to one. The value is never quoted. */
export function scanValues(values: unknown, file: string): readonly ToolFinding[] {
  return [...strings(values), ...passwordNumbers(values)].flatMap(({ path, value }) => {
    // Of a list, its items have its name.
    const name = path.findLast((key) => !/^\d+$/.test(key)) ?? ""
    const why = secretLikeness(name, value)
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

/** As a word of its own: `exchangeMessages` is none. */
const placeholder = /(?<![A-Za-z])CHANGE[_-]?ME(?![A-Za-z])/i

function isPlaceholder(value: string): boolean {
  if (placeholder.test(value)) return true
  const compact = value.trim()
  if (compact.length < 8 || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(compact)) return false
  return placeholder.test(Buffer.from(compact, "base64").toString("latin1"))
}

function carried(object: ManifestObject): readonly ToolFinding[] {
  const key = objectKey(object)
  const found = (what: string, subject: string) =>
    finding("secret-rendered", `${key}${what}`, `${key}:${subject}`, object.source)
  if (object.kind === "Secret" && object.apiVersion === "v1") {
    const filled = ["data", "stringData"].flatMap((field) =>
      Object.entries((object.body[field] ?? {}) as Record<string, unknown>).filter(
        ([, value]) => value !== "" && value !== null,
      ),
    )
    return filled.map(([name]) => found(` carries a value for ${name}`, name))
  }
  const env = environment(object.body)
  const ofEnv = env.flatMap(({ name, value }) => {
    const why = secretLikeness(name, value)
    if (why !== null) return [found(`: env ${name} carries ${why}`, `env.${name}`)]
    return secretSettings(value, `env.${name}`).map((inside) =>
      found(`: ${inside.place} carries ${inside.why}`, inside.place),
    )
  })
  const ofSettings = configuredSecrets(object).map(({ place, why }) =>
    found(`: ${place} carries ${why}`, place),
  )
  const known = new Set(ofSettings.map(({ subject }) => subject))
  const inEnv = new Set(env.map(({ value }) => value))
  const ofShape = strings(object.body).flatMap(({ path, value }) => {
    const place = path.join(".")
    const why = inEnv.has(value) ? null : shapeIn(value)
    return why === null || known.has(`${key}:${place}`) ? [] : [found(`: ${place} carries ${why}`, place)]
  })
  return [...ofEnv, ...ofSettings, ...ofShape]
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

/** A password may be digits alone; a number under another name, such as `maxToken`, is none. */
function passwordNumbers(
  value: unknown,
  path: readonly string[] = [],
): readonly { path: readonly string[]; value: string }[] {
  if (typeof value === "number")
    return /(password|passwd|passphrase)$/i.test(path.at(-1) ?? "") ? [{ path, value: String(value) }] : []
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => passwordNumbers(item, [...path, key]))
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
