import type { ManifestObject } from "./manifest.ts"
import { clearOf, isSecretName, longLines, pairOf, secretsInText } from "./secret-texts.ts"
import { secretLikeness } from "./secrets.ts"

/** The position of a value in an object. */
export interface Place {
  /** Path by names, without list indices: equal in two versions of one object. */
  readonly slot: string
  /** The name of the value: its key, the name of its `env` entry, or the option before it. */
  readonly key: string
  /** Whether every value here is secret: `data` of a Secret. */
  readonly secret: boolean
  /** Whether this is part of a text inside a Secret, where more names mark a secret (`isSecretName`). */
  readonly ofSecret: boolean
}

const top: Place = { slot: "", key: "", secret: false, ofSecret: false }

/** An object with each of its scalar values replaced by the result of `change`. */
export function mapValues(
  object: Pick<ManifestObject, "kind" | "body">,
  change: (value: unknown, place: Place) => unknown,
): Readonly<Record<string, unknown>> {
  return walk(object.body, top, change) as Readonly<Record<string, unknown>>
}

function walk(value: unknown, place: Place, change: (value: unknown, place: Place) => unknown): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => walk(item, placeOfItem(value, index, place), change))
  if (typeof value !== "object" || value === null) return change(value, place)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const called = key === "value" ? (textAt(value, "name") ?? textAt(value, "key") ?? key) : key
      const secret = place.secret || (isSecretObject(value) && (key === "data" || key === "stringData"))
      return [key, walk(inner, { ...place, slot: `${place.slot}.${key}`, key: called, secret }, change)]
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

/** Also true for a Secret nested inside another object. */
function isSecretObject(value: object): boolean {
  return textAt(value, "kind") === "Secret"
}

function textAt(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined
  return typeof found === "string" ? found : undefined
}

/** The secrets in a scalar value, by the rules of the gate; empty where there are none. */
export function secretsAt(value: unknown, place: Place): readonly string[] {
  if (value === null || value === undefined || value === "") return []
  const text = String(value)
  if (place.secret) return [...ofSecret(text), text]
  if (typeof value === "boolean") return []
  if (/(^|\/)last-applied-configuration$/.test(place.key)) return [...within(text, place), text]
  // Annotations and labels have a prefix: example.org/api-key.
  const name = place.key.slice(place.key.lastIndexOf("/") + 1)
  const pair = /^_?auth$/i.test(name) ? pairOf(text) : []
  if (pair.length > 0) return [...pair, text]
  if (secretLikeness(name, text) !== null || (place.ofSecret && isSecretName(name)))
    return [...within(text, place), text]
  if (/^\.binaryData\./.test(place.slot)) return inBinary(text, place)
  return typeof value === "string" ? within(value, place) : []
}

/** The secrets of a Secret's value, which is plain (`stringData`) or base64 (`data`). */
function ofSecret(text: string): readonly string[] {
  const clear = clearOf(text)
  return [text, ...(clear === null ? [] : [clear])].flatMap((one) => [
    one,
    ...longLines(one),
    ...within(one, { ofSecret: true }),
  ])
}

/** The secrets of a ConfigMap's `binaryData`, where it decodes to text. */
function inBinary(text: string, place: Place): readonly string[] {
  const clear = clearOf(text)
  const found = clear === null ? [] : within(clear, place)
  return found.length === 0 ? [] : [...found, text]
}

function within(text: string, { ofSecret }: Pick<Place, "ofSecret">): readonly string[] {
  return secretsInText(text, { ofSecret, structured: (value) => leaves(value, ofSecret) })
}

function leaves(value: unknown, ofSecret: boolean): readonly string[] {
  const found: string[] = []
  walk(value, { ...top, ofSecret }, (inner, place) => {
    found.push(...secretsAt(inner, place))
  })
  return found
}

/** All secrets in a set of objects. */
export function secretsIn(objects: Iterable<Pick<ManifestObject, "kind" | "body">>): readonly string[] {
  const found: string[] = []
  for (const object of objects)
    mapValues(object, (value, place) => {
      found.push(...secretsAt(value, place))
    })
  return found
}
