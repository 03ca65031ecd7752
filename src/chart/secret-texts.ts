import { isUtf8 } from "node:buffer"
import { parseAllDocuments } from "yaml"
import { percentDecoded } from "../domain/index.ts"
import { secretLikeness } from "./secrets.ts"

/** How a text is read. */
export interface TextOptions {
  /** The text is a Secret's own: names that are harmless elsewhere (`pw`, `auth`) tell a secret here. */
  readonly ofSecret: boolean
  /** What is secret in a value that the text holds as JSON or YAML. */
  readonly structured: (value: unknown) => readonly string[]
}

/** `password: x`, `"password": "x"`, `PASSWORD=x`, `--password x` within a longer text; `rest` is all of the line. */
const assignments =
  /(?<![\w.-])(?:--?(?<option>[A-Za-z][\w.-]*)[ =]+|["']?(?<key>[A-Za-z_][\w.-]*)["']?\s*[:=]\s*)(?:"(?<quoted>[^"\n]+)"|'(?<single>[^'\n]+)'|(?=(?<rest>[^\n]*))(?<bare>[^\s"',;&]+))/g

/** `login shop password x`, as in .netrc. */
const spoken = /(?<![\w.-])(?:password|passwd|secret|token)[ \t]+(?<value>\S+)/gi

const addresses = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>]+/gi
/** What stands before the host; a password may hold `@` and `/`, though it should not. */
const userinfo = /^[a-z][a-z0-9+.-]*:\/\/(?<user>[^:/@]*):(?<password>[^\s:/@]+)@/i
const anyUserinfo = /^[a-z][a-z0-9+.-]*:\/\/(?<user>[^:/@]*):(?<password>.+)@/i
/** Names of parameters of a connection string, wherever it came from: `?password=x`, `;AccountKey=x`. */
const secretNames =
  /(^|[^a-z])(pw|pwd|pass|auth|_auth|creds?|credentials?|key|pin|salt|cookie|sig|signature|sas)$|key$/i

/** Parsing takes long on what is not made by hand. */
const yamlLimit = 256 * 1024

/** What is secret in a text by what it says itself, line by line, or as the JSON or YAML that it is. */
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

/** Lines of a longer secret, such as a file of settings: short ones are words. */
export function longLines(text: string): readonly string[] {
  const all = text.split("\n").map((line) => line.trim())
  return all.length < 2 ? [] : all.filter((line) => line.length >= 12)
}

/** What base64 stands for, or null where it is none, or no text. */
export function clearOf(text: string): string | null {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return null
  const bytes = Buffer.from(text, "base64")
  return isUtf8(bytes) ? bytes.toString("utf8") : null
}

/** Whether a name tells a secret inside a Secret's own text. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name)
}

/** `user:password` in base64, as a registry's `auth` and a header `Basic` have it: the pair, and the password. */
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
    // A value without quotes may have spaces: how far it goes is not known, so both are.
    return groups.rest === undefined ? [value] : [value, groups.rest.trim()]
  })
  return ofSecret ? [...named, ...[...text.matchAll(spoken)].map(({ groups }) => groups?.value ?? "")] : named
}

/** The password of an address alone, as it is written and as it is meant: a program prints either. */
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
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return null
  }
}

/** Values of several lines and with spaces, which no line tells. A text that is no YAML has its lines only. */
function inYaml(text: string, { structured }: TextOptions): readonly string[] {
  if (text.length > yamlLimit || !/^\s*[\w."'-]+:(\s|$)/m.test(text)) return []
  const documents = parseAllDocuments(text, { logLevel: "silent" })
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return []
  return documents.flatMap((document) => {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return typeof value === "object" && value !== null ? structured(value) : []
  })
}
