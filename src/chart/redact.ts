import { stringify } from "yaml"
import { hidden, KnownSecrets } from "./known-secrets.ts"
import { type ManifestObject, parseManifests } from "./manifest.ts"
import { mapValues, type Place, secretsAt, secretsIn } from "./secret-places.ts"

type Body = ManifestObject["body"]
type Bodied = Pick<ManifestObject, "kind" | "body">

/** Two versions of an object for display: secret values are replaced by marks that say whether they differ. */
export function redactChange(
  before: Bodied | undefined,
  after: Bodied | undefined,
  known: KnownSecrets,
): { readonly before: Body | undefined; readonly after: Body | undefined } {
  const old = slotsOf(before)
  const fresh = slotsOf(after)
  return {
    before: before && redactBody(before, known, (value, slot) => mark(value, fresh.get(slot), "old")),
    after: after && redactBody(after, known, (value, slot) => mark(value, old.get(slot), "new")),
  }
}

/** One object for display, with its secret values hidden. */
export function redactObject(object: Bodied, known: KnownSecrets): Body {
  return redactBody(object, known, () => hidden)
}

/** Rendered manifests as a report may store them; the same text where nothing in it is secret. */
export function redactManifests(text: string, known: KnownSecrets): string {
  const objects = parseManifests(text)
  const redacted = objects.map((object) => redactObject(object, known))
  if (JSON.stringify(redacted) === JSON.stringify(objects.map(({ body }) => body))) return text
  return redacted
    .map((body, index) => `---\n# Source: ${objects[index]?.source ?? "unknown"}\n${yaml(body)}`)
    .join("")
}

/** The secrets in objects, to start a call's known secrets with. */
export function secretsOf(objects: Iterable<Bodied>): KnownSecrets {
  const known = new KnownSecrets()
  known.learn(secretsIn(objects))
  return known
}

/** An object as lines of YAML, keys in order. */
export function yaml(body: Body): string {
  return stringify(body, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })
}

function redactBody(
  object: Bodied,
  known: KnownSecrets,
  markOf: (value: string, slot: string) => string,
): Body {
  const redacted = mapValues(object, (value, place) =>
    isSecret(value, place)
      ? markOf(String(value), place.slot)
      : typeof value === "string"
        ? known.hide(value)
        : value,
  )
  return withHiddenKeys(redacted, known) as Body
}

function isSecret(value: unknown, place: Place): boolean {
  return secretsAt(value, place).length > 0
}

/** Secret values by their slot. */
function slotsOf(object: Bodied | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  const slots = new Map<string, Set<string>>()
  if (object === undefined) return slots
  mapValues(object, (value, place) => {
    if (isSecret(value, place)) slots.set(place.slot, (slots.get(place.slot) ?? new Set()).add(String(value)))
  })
  return slots
}

function mark(value: string, others: ReadonlySet<string> | undefined, which: "old" | "new"): string {
  return others === undefined || others.has(value) ? hidden : `(secret, ${which} value)`
}

function withHiddenKeys(value: unknown, known: KnownSecrets): unknown {
  if (Array.isArray(value)) return value.map((item) => withHiddenKeys(item, known))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [known.hide(key), withHiddenKeys(inner, known)]),
  )
}
