import { SignalboxError } from "../domain/errors.ts"
import type { RefRule, SignalboxConfig } from "./schema/signalbox.ts"

/** A git ref by kind: a branch may be called like a tag. */
export interface Ref {
  readonly kind: "branch" | "tag"
  readonly name: string
}

/** The rules where signalbox.yaml has none, as far as the environments exist. */
export const defaultRefs: readonly RefRule[] = [
  { branch: "feature/*", environment: "development" },
  { branch: "main", environment: "staging" },
  { branch: "develop", environment: "staging" },
  // A release candidate ends in staging: a protected environment takes no pre-releases.
  { tag: "v*.*.*-*", environment: "staging" },
  { tag: "v*.*.*", environment: "production" },
]

/**
 * Reads `refs/heads/NAME` and `refs/tags/NAME`; a short name is a branch, because only the long form can tell a branch
 * named v1.0.0 from the tag. @throws USAGE for other kinds of refs.
 */
export function parseRef(text: string): Ref {
  if (text.startsWith("refs/heads/") && text.length > 11) return { kind: "branch", name: text.slice(11) }
  if (text.startsWith("refs/tags/") && text.length > 10) return { kind: "tag", name: text.slice(10) }
  if (text !== "" && !text.startsWith("refs/")) return { kind: "branch", name: text }
  throw new SignalboxError("USAGE", {
    what: `not a branch or tag: ${JSON.stringify(text)}`,
    next: "give refs/heads/BRANCH, refs/tags/TAG or the short name of a branch",
  })
}

/** The environment of the first rule that matches a ref; null when none matches, and nothing is deployed. */
export function targetFor(ref: Ref | string, config: Pick<SignalboxConfig, "refs">): string | null {
  const { kind, name } = typeof ref === "string" ? parseRef(ref) : ref
  const rule = config.refs.find((one) => {
    const pattern = kind === "branch" ? one.branch : one.tag
    return pattern !== undefined && matches(pattern, name)
  })
  return rule?.environment ?? null
}

/** GitHub's meaning: `*` is anything but a slash, `**` is anything. Without regular expressions, so in linear steps. */
export function matches(pattern: string, name: string): boolean {
  const tokens = pattern.split(/(\*\*|\*)/).filter((token) => token !== "")
  // Positions in `name` that the tokens read so far can end at, ascending.
  let ends: readonly number[] = [0]
  for (const token of tokens) {
    if (token === "**") ends = upTo(name.length, ends[0])
    else if (token === "*") ends = spread(name, ends)
    else ends = ends.filter((end) => name.startsWith(token, end)).map((end) => end + token.length)
  }
  return ends.at(-1) === name.length
}

function upTo(last: number, first: number | undefined): readonly number[] {
  return first === undefined ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** Each position and all those after it up to the next slash; each once, so the work stays linear. */
function spread(name: string, ends: readonly number[]): readonly number[] {
  const reached: number[] = []
  for (const end of ends) {
    // Positions ascend: one below `reached` is in a run that was already followed to its slash.
    if (end <= (reached.at(-1) ?? -1)) continue
    reached.push(end)
    for (let at = end; at < name.length && name[at] !== "/"; at++) reached.push(at + 1)
  }
  return reached
}
