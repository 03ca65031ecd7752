import { z } from "zod"
import { type Digest, isDigest } from "../../domain/digest.ts"
import { Duration, durationPattern } from "../../domain/duration.ts"
import { isFullDate } from "../../domain/full-date.ts"

/** A text schema with a description of its form, for the `allowed` of an error and the reference documentation. */
function text(form: string, pattern: RegExp) {
  return z.string().regex(pattern, { error: form })
}

/** DNS label (RFC 1123): what Kubernetes, image repositories and host names have in common. */
export const name = text(
  "1 to 63 lower-case letters, digits and inner hyphens",
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
)

/** Helm allows release names of at most 53 characters. */
export const releaseName = text(
  "1 to 53 lower-case letters, digits and inner hyphens",
  /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/,
)

export const componentName = text(
  "1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter",
  /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
)

/** A path inside the source tree. It is joined to a mount point, so nothing may lead out of it. */
export const relativePath = text(
  "a relative path with forward slashes, without .. and without a leading /",
  /^(?![/~])(?!(?:.*\/)?\.\.(?:\/|$))[^\\\p{Cc}]{1,512}$/u,
)

/** `host[:port][/path]` as in an image reference, without a scheme. */
export const registry = text(
  "host[:port][/path] in lower case, without https://",
  /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/,
)

/** An artifact in a registry by its digest. The host is a full one: a registry that nobody names is not guessed. */
export const artifactByDigest = text(
  "REGISTRY/NAME@sha256:… with all 64 digits of the digest; a tag may stand before it, REGISTRY/NAME:TAG@sha256:…",
  /^(?:localhost|(?=[^/]*[.:])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?@sha256:[0-9a-f]{64}$/,
)

export const duration = text("a duration such as 45s, 5m, 1h30m or 7d", durationPattern)
  .refine((value) => !durationPattern.test(value) || new Duration(value).ms > 0, {
    error: "a duration longer than zero",
  })
  .transform((value) => new Duration(value))

export const port = z.int().min(1).max(65535)

/** Processes in our images are never root, and system users are left alone. */
export const userId = z.int().min(1000).max(65534)

export const httpPath = text("an absolute path such as /health, without query", /^\/[A-Za-z0-9._~/-]{0,255}$/)

/** Percent of lines that tests must cover where a component says nothing. */
export const coverageMinimumByDefault = 88

export const percent = z.number().min(0).max(100)

/**
 * Branch and tag patterns have the meaning they have in GitHub Actions, so that a workflow's trigger and `targetFor`
 * agree: `*` is anything but a slash, `**` is anything. The other wildcards of GitHub are refused.
 */
/** A branch by its exact name, as git-check-ref-format(1) allows it: a pattern would protect branches that nobody has named. */
export const branchName = text(
  "the exact name of a branch, without patterns",
  /^(?![/.-])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock$))[A-Za-z0-9._/@+-]{1,200}(?<![/.])$/,
)

export const refPattern = text(
  "a branch or tag name in which * stands for anything but /, and ** for anything",
  /^(?![/-])[A-Za-z0-9._/*@-]{1,200}$/,
)

const fullDatePattern = /^\d{4}-\d{2}-\d{2}$/

/** RFC 3339 full-date of a day that exists. */
export const fullDate = text("a date as YYYY-MM-DD", fullDatePattern).refine(
  (value) => !fullDatePattern.test(value) || isFullDate(value),
  { error: "a day that exists in the calendar, as YYYY-MM-DD" },
)

export const sha256Fingerprint = text("sha256: and 64 hex digits", /^sha256:[0-9a-f]{64}$/)

export const httpsUrl = text("an https:// address", /^https:\/\/[^\s/@]+(?:\/[^\s]*)?$/)

export const httpUrl = text(
  "an http:// or https:// address without user and password",
  /^https?:\/\/[^\s/@]+(?:\/[^\s]*)?$/,
)

/** One or more certificates, and no key. */
export const certificates = text(
  "certificates in PEM (-----BEGIN CERTIFICATE-----)",
  /^(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
)

/** One line of free text. */
export const line = text("one line of text, at most 500 characters", /^(?=.*\S)[^\p{Cc}]{1,500}$/u)

/** `sha256:` and 64 digits, as a Digest. */
export const digest = z.custom<Digest>(
  (value) => typeof value === "string" && isDigest(value),
  "a sha256: digest",
)
