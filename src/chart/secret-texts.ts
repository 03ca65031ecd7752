import { isUtf8 } from "node:buffer"
import { parseAllDocuments } from "yaml"
import { percentDecoded } from "../domain/index.ts"
import { valueOrNull } from "./as-kubernetes-reads.ts"
import { secretLikeness } from "./secrets.ts"

/** How a text is searched for secrets. */
export interface TextOptions {
  /** The text is inside a Secret: names that are harmless elsewhere (`pw`, `auth`) mark a secret here. */
  readonly ofSecret: boolean
  /** Finds the secrets in a value that the text contains as JSON or YAML. */
  readonly structured: (value: unknown) => readonly string[]
}

/** `password: x`, `"password": "x"`, `PASSWORD=x`, `--password x` within a longer text; `rest` is the rest of the line. */
const assignments =
  /(?<![\w.-])(?:--?(?<option>[A-Za-z][\w.-]*)[ =]+|["']?(?<key>[A-Za-z_][\w.-]*)["']?\s*[:=]\s*)(?:"(?<quoted>[^"\n]+)"|'(?<single>[^'\n]+)'|(?=(?<rest>[^\n]*))(?<bare>[^\s"',;&]+))/g

/** `login shop password x`, as in .netrc. */
const worded = /(?<![\w.-])(?:password|passwd|secret|token)[ \t]+(?<value>\S+)/gi

const addresses = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>]+/gi
/** User and password before the host; `anyUserinfo` also accepts `@` and `/` in a password that was not encoded. */
const userinfo = /^[a-z][a-z0-9+.-]*:\/\/(?<user>[^:/@]*):(?<password>[^\s:/@]+)@/i
const anyUserinfo = /^[a-z][a-z0-9+.-]*:\/\/(?<user>[^:/@]*):(?<password>.+)@/i
/** Names of parameters of a connection string, wherever it came from: `?password=x`, `;AccountKey=x`. */
const secretNames =
  /(^|[^a-z])(pw|pwd|pass|auth|_auth|creds?|credentials?|key|pin|salt|cookie|sig|signature|sas)$|key$/i

/** Longer texts are not parsed as YAML: generated ones take too long. */
const yamlLimit = 256 * 1024

/** The secrets in a text: by names and URLs in its lines, and by its values where it is JSON or YAML. */
export function secretsInText(text: string, options: TextOptions): readonly string[] {
  const json = jsonOf(text)
  if (json !== null) return options.structured(json.value)
  const own = [
    ...assigned(text, options.ofSecret),
    ...inAddresses(text, options.ofSecret),
    ...inYaml(text, options),
  ]
  const manifest = /^\s*kind:\s*["']?Secret["']?\s*$/m.test(text)
  return manifest ? [...own, ...longLines(text), text] : own
}

/** The lines of a longer secret, such as a settings file; short lines are words, and left out. */
export function longLines(text: string): readonly string[] {
  const all = text.split("\n").map((line) => line.trim())
  return all.length < 2 ? [] : all.filter((line) => line.length >= 12)
}

/** The decoded text of base64; null where it is not base64, or does not decode to text. */
export function clearOf(text: string): string | null {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return null
  const bytes = Buffer.from(text, "base64")
  return isUtf8(bytes) ? bytes.toString("utf8") : null
}

/** Whether a name marks a secret in a text inside a Secret. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name)
}

/** `user:password` in base64, as in a registry's `auth` or a header `Basic`: the decoded pair, and the password. */
export function pairOf(text: string): readonly string[] {
  const clear = clearOf(text)
  const password = clear === null ? undefined : /^[^:\s]*:(\S+)$/.exec(clear)?.[1]
  return clear === null || password === undefined ? [] : [clear, password]
}

function assigned(text: string, ofSecret: boolean): readonly string[] {
  const named = [...text.matchAll(assignments)].flatMap(({ groups = {} }) => {
    const value = groups.quoted ?? groups.single ?? groups.bare ?? ""
    const name = groups.option ?? groups.key ?? ""
    if (value.startsWith("$")) return []
    if (secretLikeness(name, value) === null && !(ofSecret && isSecretName(name))) return []
    // A value without quotes may contain spaces: where it ends is unknown, so the word and the whole rest count.
    return groups.rest === undefined ? [value] : [value, groups.rest.trim()]
  })
  return ofSecret ? [...named, ...[...text.matchAll(worded)].map(({ groups }) => groups?.value ?? "")] : named
}

/** Passwords in URLs, as written and percent-decoded: a program may print either. */
function inAddresses(text: string, ofSecret: boolean): readonly string[] {
  return [...text.matchAll(addresses)].flatMap(([address]) => {
    const found = [userinfo, ...(ofSecret ? [anyUserinfo] : [])].flatMap((pattern) => {
      const { user = "", password } = pattern.exec(address)?.groups ?? {}
      return password === undefined ? [] : [password, `${user}:${password}`]
    })
    return found.flatMap((one) => [one, percentDecoded(one)])
  })
}

function jsonOf(text: string): { readonly value: unknown } | null {
  if (!/^\s*[[{]/.test(text) || isNestedDeep(text)) return null
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return null
  }
}

/** Levels of JSON and of YAML's short form; settings have less than twenty, and whatever walks through them calls itself. */
const deepest = 500

/** Whether a text is nested deeper than that; brackets in texts count, too. */
export function isNestedDeep(text: string): boolean {
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1
    if (depth > deepest) return true
  }
  return false
}

/** Secrets with spaces or of several lines, which the search by lines cannot find. Empty for a text that is not YAML. */
function inYaml(text: string, { structured }: TextOptions): readonly string[] {
  if (text.length > yamlLimit || isNestedDeep(text) || !/^\s*[\w."'-]+:(\s|$)/m.test(text)) return []
  const documents = parseAllDocuments(text, { logLevel: "silent" })
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return []
  return documents.flatMap((document) => {
    const value = valueOrNull(document)
    return typeof value === "object" && value !== null ? structured(value) : []
  })
}
