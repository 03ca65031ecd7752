import parse from "semver/functions/parse.js"
import { SignalboxError } from "./errors.ts"

/** A semantic version (semver.org 2.0.0) without `v`. */
export type Version = string & { readonly __version: unique symbol }

/** Accepts `1.4.0` and `v1.4.0`, gives `1.4.0`; build metadata stays. @throws USAGE otherwise. */
export function parseVersion(text: string): Version {
  const parsed = parse(text)
  if (parsed === null)
    throw new SignalboxError("USAGE", {
      what: `not a semantic version: ${JSON.stringify(text)}`,
      next: "give MAJOR.MINOR.PATCH, with or without a leading v",
    })
  // The version is the value of a label of every object, which Kubernetes lets neither end in - or . nor exceed 63 characters.
  if (!/[0-9A-Za-z]$/.test(parsed.version) || text.length > 60)
    throw new SignalboxError("USAGE", {
      what: `not a version that Kubernetes takes for a label: ${JSON.stringify(text)}`,
      next: "let it end in a letter or digit, with at most 60 characters",
    })
  const build = parsed.build.length === 0 ? "" : `+${parsed.build.join(".")}`
  return `${parsed.version}${build}` as Version
}

export function isPrerelease(version: Version): boolean {
  return (parse(version)?.prerelease.length ?? 0) > 0
}

/** The git and image tag of a version: one `v`, never two. An image tag may hold no `+`. */
export function tagOf(version: Version): string {
  return `v${version.replaceAll("+", "_")}`
}

/** Whether a git tag names this version: with or without `v`, build metadata after `+`, or after `_` as in image tags. */
export function isTagOf(tag: string, version: Version): boolean {
  return tag.replace(/^v/, "").replaceAll("_", "+") === version
}
