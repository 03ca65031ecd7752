import { canonicalJson, toJson } from "../../domain/canonical.ts"
import type { PolicyChange } from "../../domain/policy.ts"
import type { Policy } from "./policy.ts"
import { shown } from "./shown.ts"
import { type Setting, tighterSettings } from "./tighter.ts"

/** One setting that is not a section. */
interface Leaf {
  readonly setting: Setting
  readonly value: unknown
  /** What it is compared by. */
  readonly text: string
}

/** Every setting in which a tree's own policy differs from the base's, by path. */
export function policyChanges(base: Policy, own: Policy): readonly PolicyChange[] {
  const [before, after] = [leavesOf(base), leavesOf(own)]
  const tighter = tighterSettings(base, own)
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path) => {
    const [from, to] = [before.get(path), after.get(path)]
    if (from?.text === to?.text || isFilled(path, before, after)) return []
    const setting = (to ?? from)?.setting ?? []
    const isTighter = tighter.some((one) => one.every((key, index) => setting[index] === key))
    return [{ path: nameOf(path), ...shownBoth(from, to), ...(isTighter ? { stricter: true as const } : {}) }]
  })
}

/** Two keys that are equal but for their line breaks are two texts, and look alike by their fingerprint. */
function shownBoth(from: Leaf | undefined, to: Leaf | undefined): Pick<PolicyChange, "from" | "to"> {
  const texts = [from, to].map((leaf) => (leaf === undefined ? null : shown(leaf.value)))
  const [one = null, other = null] = texts[0] === texts[1] ? [from?.text, to?.text] : texts
  return { from: one, to: other }
}

/** Not a key of signalbox.yaml: that a list there, or in the shared policy, names these gates. */
function nameOf(path: string): string {
  return path.replace(/^requiredByName\.(\w+)$/, "gates.required.$1 (by name)")
}

/** An empty section that has settings on the other side: those are told, each by itself. */
function isFilled(path: string, ...sides: readonly ReadonlyMap<string, Leaf>[]): boolean {
  const isEmptyHere = sides.some((side) => side.get(path)?.text === "{}")
  return isEmptyHere && sides.some((side) => [...side.keys()].some((other) => other.startsWith(`${path}.`)))
}

/** Values by path. A list is one value: its order and members belong together; so is a duration. */
function leavesOf(value: unknown, setting: Setting = [], into = new Map<string, Leaf>()): Map<string, Leaf> {
  if (value === undefined) return into
  const entries = isSection(value) ? Object.entries(value) : []
  if (entries.length === 0)
    return into.set(setting.map(stepOf).join("."), { setting, value, text: canonicalJson(toJson(value)) })
  for (const [key, inside] of entries) leavesOf(inside, [...setting, key], into)
  return into
}

function isSection(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("toJSON" in value)
}

/** A key as a part of a path; quoted where it could be taken for several parts, or for none. */
function stepOf(key: string): string {
  return /^[\w@/-]+$/.test(key) ? key : JSON.stringify(key)
}
