import { SignalboxError } from "./errors.ts"

/** A semantic version (semver.org 2.0.0) without `v`. */
export type Version = string & { readonly __version: unique symbol }

const pattern =
  /^v?((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z.-]+)?)$/

/** Accepts `1.4.0` and `v1.4.0`, gives `1.4.0`. @throws USAGE otherwise. */
export function parseVersion(text: string): Version {
  const match = pattern.exec(text.trim())
  if (match?.[1] !== undefined) return match[1] as Version
  throw new SignalboxError("USAGE", {
    what: `not a semantic version: ${JSON.stringify(text)}`,
    next: "give MAJOR.MINOR.PATCH, with or without a leading v",
  })
}

export function isPrerelease(version: Version): boolean {
  return version.split("+")[0]?.includes("-") ?? false
}

/** The git and image tag of a version: one `v`, never two. */
export function tagOf(version: Version): string {
  return `v${version.replaceAll("+", "_")}`
}

/** Whether a git tag names this version: with or without `v`, build metadata after `+`, or after `_` as in image tags. */
export function isTagOf(tag: string, version: Version): boolean {
  return tag.replace(/^v/, "").replaceAll("_", "+") === version
}
