import { stringify } from "yaml"
import { toJson } from "../../domain/canonical.ts"
import { sha256 } from "../../domain/digest.ts"

/** A value as the file has it, on one line: `90d`, `[main, release/1.4]`; a key or certificate by its fingerprint. */
export function shown(value: unknown): string {
  return stringify(byFingerprint(toJson(value)), {
    collectionStyle: "flow",
    flowCollectionPadding: false,
    lineWidth: 0,
    blockQuote: false,
    aliasDuplicateObjects: false,
  }).trimEnd()
}

/** Also those inside: `signingKeys` is a list of names with their keys. */
function byFingerprint(value: unknown): unknown {
  if (typeof value === "string") return fingerprintOf(value) ?? value
  if (Array.isArray(value)) return value.map(byFingerprint)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, byFingerprint(inside)]))
}

/** SHA-256 of the DER form, as messages about signatures name a key; undefined for a text that is not PEM. */
function fingerprintOf(text: string): string | undefined {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----([^-]*)-----END \1-----/g)]
  if (blocks.length === 0) return undefined
  return blocks
    .map(([, kind = "", body = ""]) => `${kind.toLowerCase()} ${sha256(Buffer.from(body, "base64"))}`)
    .join(", ")
}
