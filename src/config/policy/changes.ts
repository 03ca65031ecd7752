import type { PolicyChange } from "../../domain/policy.ts"
import type { Policy } from "./policy.ts"

/** Every setting in which a tree's own policy differs from the base's, by path. */
export function policyChanges(base: Policy, own: Policy): readonly PolicyChange[] {
  const [before, after] = [leavesOf(base), leavesOf(own)]
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path) => {
    const [from, to] = [before.get(path) ?? null, after.get(path) ?? null]
    return from === to ? [] : [{ path, from, to }]
  })
}

/** Values by path. A list is one value: its order and members belong together. */
function leavesOf(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return into.set(path, JSON.stringify(value))
  const entries = Object.entries(value)
  if (entries.length === 0 && path !== "") return into
  for (const [key, inside] of entries) leavesOf(inside, path === "" ? key : `${path}.${key}`, into)
  return into
}
