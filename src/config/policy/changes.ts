import { canonicalJson, toJson } from "../../domain/canonical.ts"
import type { PolicyChange } from "../../domain/policy.ts"
import type { Policy } from "./policy.ts"

/** Every setting in which a tree's own policy differs from the base's, by path. */
export function policyChanges(base: Policy, own: Policy): readonly PolicyChange[] {
  const [before, after] = [leavesOf(base), leavesOf(own)]
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path) => {
    const [from, to] = [before.get(path) ?? null, after.get(path) ?? null]
    return from === to || isFilled(path, before, after) ? [] : [{ path, from, to }]
  })
}

/** An empty section that has settings on the other side: those are told, each by itself. */
function isFilled(path: string, ...sides: readonly ReadonlyMap<string, string>[]): boolean {
  const isEmptyHere = sides.some((side) => side.get(path) === "{}")
  return isEmptyHere && sides.some((side) => [...side.keys()].some((other) => other.startsWith(`${path}.`)))
}

/** Values by path. A list is one value: its order and members belong together. */
function leavesOf(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into
  const entries =
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : []
  if (entries.length === 0) return into.set(path, canonicalJson(toJson(value)))
  for (const [key, inside] of entries) {
    const step = stepOf(key)
    leavesOf(inside, path === "" ? step : `${path}.${step}`, into)
  }
  return into
}

/** A key as a part of a path; quoted where it could be taken for several parts, or for none. */
function stepOf(key: string): string {
  return /^[\w@/-]+$/.test(key) ? key : JSON.stringify(key)
}
