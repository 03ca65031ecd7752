import type { ManifestObject } from "../../chart/index.ts"
import { objectsIn, type Revision } from "../helm/index.ts"

const leftOut = "(left out)"

interface Variable {
  readonly name?: string
  readonly value?: unknown
}

/**
 * Values of environment variables that no revision of the release sets: an admission controller, or a person with
 * `kubectl set env`, has put them there. What the release sets was searched for secrets before it was deployed; these
 * are treated as secrets.
 */
export function foreignValues(pods: readonly unknown[], revisions: readonly Revision[]): readonly string[] {
  const own = new Set(
    revisions.flatMap((one) => objectsIn(one)).flatMap(({ body }: ManifestObject) => valuesIn(body)),
  )
  return pods.flatMap(valuesIn).filter((value) => !own.has(value))
}

/** The same object without the value of any environment variable: its name and where it comes from stay. */
export function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "env" && Array.isArray(inner) ? inner.map(withoutValue) : withoutValues(inner),
    ]),
  )
}

function withoutValue(variable: Variable): Variable {
  return typeof variable?.value === "string" ? { ...variable, value: leftOut } : variable
}

function valuesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(valuesIn)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "env" && Array.isArray(inner)
      ? inner.flatMap((one: Variable) => (typeof one?.value === "string" ? [one.value] : []))
      : valuesIn(inner),
  )
}
