import { type Digest, sha256 } from "./digest.ts"

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** JSON with sorted keys and no white space (RFC 8785); `undefined` members are left out. What we hash and sign. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value)
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("a number in canonical JSON must be finite")
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`
  const members = Object.entries(value as { [key: string]: Json | undefined })
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(",")}}`
}

/** The digest of a value's canonical form. */
export function contentDigest(value: Json): Digest {
  return sha256(canonicalJson(value))
}

/** A typed value as JSON, checked by a round trip: class instances, dates and functions do not belong into evidence. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
