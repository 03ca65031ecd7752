import { type Expression, type License, licenseText, readListed, versionsOf } from "./expression.ts"
import type { LicensesSettings, ListedLicense } from "./settings.ts"

/** A licence of a list, read. */
interface Entry {
  readonly license: License
  readonly reason: string
}

/** The lists of the settings, read. */
export interface Policy {
  /** Null: all that are not denied. */
  readonly allow: readonly Entry[] | null
  readonly deny: readonly Entry[]
}

/** Why a package's licence is refused. */
export interface Refusal {
  readonly rule: "license-denied" | "license-not-allowed"
  readonly why: string
}

/** @returns the policy, and what in its lists is no licence: an entry that means nothing would never refuse anything. */
export function policyOf(settings: Pick<LicensesSettings, "allow" | "deny">): {
  readonly policy: Policy
  readonly problems: readonly string[]
} {
  const problems: string[] = []
  const read = (name: string, list: readonly ListedLicense[]) =>
    list.flatMap(({ license: text, reason }, index) => {
      const license = readListed(text)
      if (license !== null) return [{ license, reason }]
      problems.push(`gates.licenses.${name}[${index}]: the SPDX list has no licence ${JSON.stringify(text)}`)
      return []
    })
  const allow = settings.allow === null ? null : read("allow", settings.allow)
  return { policy: { allow, deny: read("deny", settings.deny).flatMap(withLater) }, problems }
}

/** Who denies a licence "or later" denies each version from there on, also alone. */
function withLater({ license, reason }: Entry): readonly Entry[] {
  return [{ ...license, orLater: false }, ...versionsOf(license)].map((one) => ({ license: one, reason }))
}

/** Of a choice one side is enough; of what holds together each part must be. Null: it may be used. */
export function refusalOf(expression: Expression, policy: Policy): Refusal | null {
  if ("license" in expression) return refusalOfLicense(expression.license, policy)
  const [left, right] = expression.parts.map((part) => refusalOf(part, policy))
  if (left === undefined || right === undefined) return null
  if (expression.operator === "and") return left ?? right
  return left === null || right === null ? null : worse(left, right)
}

function worse(a: Refusal, b: Refusal): Refusal {
  return a.rule === "license-denied" ? a : b
}

/** What a list says of a licence with its very exception counts more than what it says of the licence itself. */
function refusalOfLicense(license: License, policy: Policy): Refusal | null {
  const exact = listedAs(license, policy)
  if (exact !== undefined) return exact
  const plain = listedAs({ ...license, exception: undefined }, policy)
  if (plain !== undefined) return plain
  const versions = versionsOf(license).map((one) => refusalOfLicense(one, policy))
  if (versions.length > 0) return versions.includes(null) ? null : (versions[0] ?? null)
  if (policy.allow === null) return null
  return { rule: "license-not-allowed", why: `${licenseText(license)} is not among the licences allowed` }
}

/** Undefined: no list says anything about it. */
function listedAs(license: License, { allow, deny }: Policy): Refusal | null | undefined {
  const denied = deny.find((one) => isSame(one.license, license))
  if (denied !== undefined)
    return { rule: "license-denied", why: `${licenseText(denied.license)} is denied: ${denied.reason}` }
  return allow?.some((one) => isSame(one.license, license)) === true ? null : undefined
}

/** `Apache-2.0+` may be taken as Apache-2.0: who allows or denies the version means that, too. */
function isSame(listed: License, license: License): boolean {
  return (
    listed.id === license.id && listed.exception === license.exception && (!listed.orLater || license.orLater)
  )
}
