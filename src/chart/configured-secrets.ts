import { parseAllDocuments } from "yaml"
import { valueOrNull } from "./as-kubernetes-reads.ts"
import type { ManifestObject } from "./manifest.ts"
import { mapValues } from "./secret-places.ts"
import { clearOf, isNestedDeep, pairOf } from "./secret-texts.ts"
import { secretLikeness, shapeIn } from "./secrets.ts"

/** A secret where anybody who may read the namespace's settings finds it. */
interface ConfiguredSecret {
  /** `data.db.password`, `data.app.properties#db.password`, `args` with the option's name. */
  readonly place: string
  readonly why: string
}

/** Programs, in which `token = request.token` is an assignment and no secret: only the shapes of secrets count there. */
const code = /\.(c?js|mjs|[cm]?tsx?|sh|bash|py|rb|lua|go|java|php|pl|sql|html?|css|tmpl|tpl|njs|groovy)$/i

/** Files that hold nothing but credentials. */
const credentialFile = /(^|[./_-])(netrc|pgpass|htpasswd|git-credentials)$/i

/** `name = value`, `name: value` alone on its line, `//host/:_authToken=value` of an .npmrc; what refers to a variable or calls something is no value. */
const assignment =
  /^\s*(?:export\s+|\/\/[^\s=]*:)?["']?(?<name>[A-Za-z_][\w.-]*)["']?\s*[=:]\s*(?<value>\S.*?)\s*$/gm

/** Larger texts are not parsed as YAML, which takes too long: only their lines are looked at. */
const mostCharacters = 256 * 1024

/** Secrets in a ConfigMap's entries, and in the options that a container's program is started with. */
export function configuredSecrets(object: ManifestObject): readonly ConfiguredSecret[] {
  return object.kind === "ConfigMap" && object.apiVersion === "v1" ? inConfigMap(object) : inOptions(object)
}

function inConfigMap({ body }: ManifestObject): readonly ConfiguredSecret[] {
  return ["data", "binaryData"].flatMap((field) =>
    entriesOf(body[field]).flatMap(([name, value]) => {
      const text = field === "data" ? value : (clearOf(value) ?? "")
      const place = `${field}.${name}`
      const own = secretLikeness(name, text)
      if (own !== null) return [{ place, why: own }]
      if (credentialFile.test(name) && text.trim() !== "") return [{ place, why: "credentials, by its name" }]
      if (code.test(name)) return []
      return secretSettings(text, place)
    }),
  )
}

/** Secrets among the settings that a text contains. @param place of the text */
export function secretSettings(text: string, place: string): readonly ConfiguredSecret[] {
  return settingsIn(text).flatMap(({ name, value }) => {
    // Of a registry: a user and a password in base64.
    const isPair = /^auth$/i.test(name) && pairOf(value).length > 0
    const why = isPair ? "a user and a password" : secretLikeness(name, value)
    return why === null ? [] : [{ place: `${place}#${name}`, why }]
  })
}

function entriesOf(value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, text]) =>
    typeof text === "string" || typeof text === "number" ? [[name, String(text)] as const] : [],
  )
}

/** The settings of a text that is JSON or YAML, else of its lines. */
function settingsIn(text: string): readonly { readonly name: string; readonly value: string }[] {
  if (/^\s*<[?!\w]/.test(text)) return inXml(text)
  if (!/[:=]/.test(text)) return []
  const structured = text.length > mostCharacters || isNestedDeep(text) ? null : leavesOf(text)
  if (structured !== null) return structured
  return [...text.matchAll(assignment)].flatMap(({ groups }) => {
    const value = (groups?.value ?? "").replace(/^(["'])(.*)\1[,;]?$/, "$2")
    return /^[$<]|[()]/.test(value) ? [] : [{ name: groups?.name ?? "", value }]
  })
}

const attribute = (name: string) => `\\b${name}\\s*=\\s*["'](?<${name}>[^"'<]*)["']`

/** `<password>x</password>`, `password="x"`, `name="db.password" value="x"`. */
const xmlForms: readonly RegExp[] = [
  /<(?<name>[\w.:-]+)(?:\s[^<>]*)?>(?<value>[^<>]*\S[^<>]*)<\/\k<name>>/g,
  /\s(?<name>[\w.:-]+)\s*=\s*["'](?<value>[^"'<]+)["']/g,
  new RegExp(`<\\w[^<>]*${attribute("name")}[^<>]*${attribute("value")}`, "g"),
  new RegExp(`<\\w[^<>]*${attribute("key")}[^<>]*${attribute("value")}`, "g"),
]

function inXml(text: string): { name: string; value: string }[] {
  return xmlForms.flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ groups = {} }) => {
      const value = (groups.value ?? "").trim()
      const name = (groups.name ?? groups.key ?? "").replace(/^.*:/, "")
      return value === "" || /^[$#%@]/.test(value) ? [] : [{ name, value }]
    }),
  )
}

function leavesOf(text: string): { name: string; value: string }[] | null {
  const documents = parseAllDocuments(text, { logLevel: "silent" })
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null
  const values = documents.map(valueOrNull)
  if (!values.some((value) => typeof value === "object" && value !== null)) return null
  const found: { name: string; value: string }[] = []
  mapValues({ kind: "settings", body: { values } }, (value, { key }) => {
    if (typeof value === "string" || typeof value === "number")
      found.push({ name: key, value: String(value) })
    return value
  })
  return found
}

/** `--password hunter2`, `--password=hunter2` in `command` and `args`. */
function inOptions({ body }: ManifestObject): readonly ConfiguredSecret[] {
  const found: ConfiguredSecret[] = []
  mapValues({ kind: "", body }, (value, { slot, key }) => {
    if (typeof value !== "string" || !/\.(command|args)\[\]$/.test(slot) || shapeIn(value) !== null)
      return value
    const [, option, given] = /^--?([A-Za-z][\w.-]*)=(.*)$/s.exec(value) ?? []
    const name = option ?? key
    if (name === "command" || name === "args" || /^\$\(/.test(given ?? value)) return value
    const why = secretLikeness(name, given ?? value)
    if (why !== null) found.push({ place: `${slot.slice(1, -2)}.${name}`, why })
    return value
  })
  return found
}
