import type { ManifestObject } from "./manifest.ts"
import { secretLikeness } from "./secrets.ts"

/** Where a value stands in an object. */
export interface Place {
  /** Path by names, without the numbers of lists: equal in two versions of one object. */
  readonly slot: string
  /** The name that says what it is: its key, the name of its `env` entry, the option before it. */
  readonly key: string
  /** Whether all that is here is secret: `data` of a Secret. */
  readonly secret: boolean
}

/** An object with each of its single values replaced by what `change` makes of it. */
export function mapValues(
  object: Pick<ManifestObject, "kind" | "body">,
  change: (value: unknown, place: Place) => unknown,
): Readonly<Record<string, unknown>> {
  return walk(object.body, { slot: "", key: "", secret: false }, change) as Readonly<Record<string, unknown>>
}

function walk(value: unknown, place: Place, change: (value: unknown, place: Place) => unknown): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => walk(item, placeOfItem(value, index, place), change))
  if (typeof value !== "object" || value === null) return change(value, place)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const called = key === "value" ? (textAt(value, "name") ?? textAt(value, "key") ?? key) : key
      const secret = place.secret || (isSecretObject(value) && (key === "data" || key === "stringData"))
      return [key, walk(inner, { slot: `${place.slot}.${key}`, key: called, secret }, change)]
    }),
  )
}

/** `--password hunter2` may be two items of a list. */
function placeOfItem(list: readonly unknown[], index: number, place: Place): Place {
  const before = list[index - 1]
  const option = typeof before === "string" ? /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1] : undefined
  const name = textAt(list[index], "name") ?? ""
  return { ...place, slot: `${place.slot}[${name}]`, key: option ?? place.key }
}

/** Also one inside another object. */
function isSecretObject(value: object): boolean {
  return textAt(value, "kind") === "Secret"
}

function textAt(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined
  return typeof found === "string" ? found : undefined
}

/** `password: x`, `"password": "x"`, `PASSWORD=x`, `--password x` within a longer text. */
const assignments =
  /(?<![\w.-])(?:--?(?<option>[A-Za-z][\w.-]*)[ =]+|["']?(?<key>[A-Za-z_][\w.-]*)["']?\s*[:=]\s*)(?:"(?<quoted>[^"\n]+)"|'(?<single>[^'\n]+)'|(?<bare>[^\s"',;&]+))/g

/** What is secret in a single value, by the rules of the gate; empty where nothing is. */
export function secretsAt(value: unknown, place: Place): readonly string[] {
  if (value === null || value === undefined || value === "") return []
  const text = String(value)
  if (place.secret) return [...decoded(text), ...lines(text), ...within(text), text]
  if (typeof value === "boolean") return []
  if (/(^|\/)last-applied-configuration$/.test(place.key)) return [...within(text), text]
  // Annotations and labels have a prefix: example.org/api-key.
  if (secretLikeness(place.key.slice(place.key.lastIndexOf("/") + 1), text) !== null)
    return [...within(text), text]
  return typeof value === "string" ? within(value) : []
}

/** What a text says itself, line by line, or as the JSON or the manifest that it is. */
function within(text: string): readonly string[] {
  const json = insideJson(text)
  if (json !== null) return json
  const assigned = [...text.matchAll(assignments)].flatMap(({ groups = {} }) => {
    const value = groups.quoted ?? groups.single ?? groups.bare ?? ""
    if (value.startsWith("$") || secretLikeness(groups.option ?? groups.key ?? "", value) === null) return []
    return [value]
  })
  return /^\s*kind:\s*["']?Secret["']?\s*$/m.test(text) ? [...assigned, ...lines(text), text] : assigned
}

function insideJson(text: string): readonly string[] | null {
  if (!/^\s*[[{]/.test(text)) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return null
  }
  const found: string[] = []
  walk(value, { slot: "", key: "", secret: false }, (inner, place) => {
    found.push(...secretsAt(inner, place))
  })
  return found
}

/** What base64 of a Secret's `data` stands for. */
function decoded(text: string): readonly string[] {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return []
  const clear = Buffer.from(text, "base64").toString("utf8")
  if (clear.includes("\u{fffd}")) return []
  return [clear, ...lines(clear), ...within(clear)]
}

/** Lines of a longer secret, such as a file of settings: short ones are words. */
function lines(text: string): readonly string[] {
  const all = text.split("\n").map((line) => line.trim())
  return all.length < 2 ? [] : all.filter((line) => line.length >= 12)
}

/** Everything secret in a set of objects, old or new. */
export function secretsIn(objects: Iterable<Pick<ManifestObject, "kind" | "body">>): readonly string[] {
  const found: string[] = []
  for (const object of objects)
    mapValues(object, (value, place) => {
      found.push(...secretsAt(value, place))
    })
  return found
}
