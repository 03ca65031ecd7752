import type { ManifestObject } from "../../chart/index.ts"
import type { DryRunAnswer, StatusCause } from "../cluster/index.ts"
import { type Definition, isOfResource } from "./names.ts"

/** A field that another field manager owns. */
export interface FieldConflict {
  readonly field: string
  readonly manager: string
}

/**
 * What an answer says of an object: `conflict` = fields belong to others; `refused` = the API server will not take it;
 * `later` = it cannot be decided before this release has created what the object refers to; `unasked` = no answer to
 * the question, because of a right that is missing (`forbidden`) or anything that came between.
 */
export type Verdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[] }
  | { readonly kind: "refused" | "later" | "forbidden" | "unasked"; readonly why: string }

/** Helm's own field manager: it may take over what it wrote itself in another way. */
export const helmManager = "helm"

/** Field managers and types, as the API server puts them; the only place that knows its wording. */
const managedBy = /^conflict with "([^"]+)"/
const missingRight = /is forbidden: User "[^"]*" cannot \w+ resource /
const noDryRun = /does not support dry run/
const wrongType = /^failed to (?:create|convert) /
const missing = /(?<resource>[a-z][a-z0-9.-]*) "(?<name>[^"]+)" not found/

/** The objects and definitions that this release creates. */
export interface RenderedObjects {
  readonly objects: readonly ManifestObject[]
  /** Of custom resources: the release's own. */
  readonly definitions: readonly Definition[]
}

/**
 * @param hide takes secrets out of a text, before it is shortened and its lines are joined.
 */
export function verdictOf(
  answer: DryRunAnswer,
  release: RenderedObjects,
  hide: (text: string) => string,
): Verdict {
  if (answer.accepted) return { kind: "accepted" }
  const { status, reason, message, causes } = answer
  const conflicts = causes.flatMap(conflictOf)
  if (status === 409 && reason === "Conflict" && conflicts.length > 0 && conflicts.length === causes.length)
    return { kind: "conflict", conflicts: conflicts.filter(({ manager }) => manager !== helmManager) }
  const why = wordsOf(
    hide(message),
    causes.map((one) => ({ ...one, message: hide(one.message) })),
  )
  if (status === 403 && missingRight.test(message)) return { kind: "forbidden", why }
  if (noDryRun.test(message) || causes.some((one) => one.reason === "NamespaceTerminating"))
    return { kind: "unasked", why }
  if ((status === 403 || status === 404) && createdByRelease(message, release)) return { kind: "later", why }
  const judged = [400, 403, 413, 422].includes(status) || (status === 404 && missing.test(message))
  if (judged || (status === 500 && wrongType.test(message))) return { kind: "refused", why }
  return { kind: "unasked", why: why === "" ? `HTTP ${status}` : why }
}

function conflictOf({ reason, message, field }: StatusCause): readonly FieldConflict[] {
  const manager = reason === "FieldManagerConflict" ? managedBy.exec(message)?.[1] : undefined
  return manager === undefined ? [] : [{ field, manager }]
}

/** Whether a missing object (a binding's role, a pod's account, a namespace) is one that this release creates. */
function createdByRelease(message: string, { objects, definitions }: RenderedObjects): boolean {
  const { resource, name } = missing.exec(message)?.groups ?? {}
  if (resource === undefined || name === undefined) return false
  // Kubernetes adds this one to every namespace, a moment after it is created.
  if (resource === "serviceaccount" && name === "default") return true
  const roles = roleKinds[resource.split(".")[0] ?? ""]
  const isMeant = (object: ManifestObject) =>
    roles === undefined ? isOfResource(object, resource, definitions) : roles.includes(object.kind)
  return objects.some((object) => object.name === name && isMeant(object))
}

/** The API server reports a missing role of a binding as a missing binding of the role's name. */
const roleKinds: Readonly<Record<string, readonly string[]>> = {
  rolebindings: ["Role", "ClusterRole"],
  clusterrolebindings: ["ClusterRole"],
}

/** Field by field where there are fields; without the values that were sent, which fill pages and may be secret. */
function wordsOf(message: string, causes: readonly StatusCause[]): string {
  const fields = causes.filter(({ field, message: said }) => field !== "" && said !== "")
  if (fields.length === 0) return withoutDump(message.trim())
  return fields.map(({ field, message: said }) => `${field}: ${withoutValue(said)}`).join("; ")
}

/** `Invalid value: {…}: field is immutable` is `Invalid value: field is immutable`. */
function withoutValue(said: string): string {
  const [, what, rest] =
    /^((?:Invalid|Unsupported|Duplicate) value|Not found|Too long|Too many): (.*)$/s.exec(said) ?? []
  if (what === undefined || rest === undefined) return withoutDump(said)
  const end = endOfValue(rest)
  const after = rest.slice(end).replace(/^:\s*/, "")
  return after === "" ? what : `${what}: ${after}`
}

/** Where the value ends that a text begins with: JSON, a Go value, a quoted string, or one word. */
function endOfValue(text: string): number {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted && char === "\\") at++
    else if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === "{" || char === "[" || char === "(") depth++
    else if (char === "}" || char === "]" || char === ")") depth--
    else if (depth === 0 && text.startsWith(": ", at)) return at
  }
  return text.length
}

/** What Go prints of a value that has the wrong type; the next field begins on a line of its own. */
function withoutDump(text: string): string {
  return text
    .replaceAll(/(?<=: expected [^\n]*?, )got .*?(?=\n {2}\.|$)/gs, "got another type")
    .replaceAll(/\s*\n\s*/g, " ")
}
