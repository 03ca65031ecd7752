import satisfies from "semver/functions/satisfies.js"
import type { LockedCrates } from "./lock.ts"
import type { CargoManifest } from "./manifest.ts"

/** A dependency that a lock file does not have. */
export interface LockProblem {
  readonly dependency: string
  readonly why: string
}

/** A requirement that means the same to Cargo and to semver; others are left to Cargo. */
const plain = /^(?:[\^~=]\s*)?\d+(?:\.\d+){0,2}$/

/** The first dependency of a manifest that the lock file has not, or not in a version that fits; null: it has all. */
export function lockProblem(
  { requirements }: Pick<CargoManifest, "requirements">,
  { external, own }: LockedCrates,
): LockProblem | null {
  for (const { name, crate, version, isLocal } of requirements) {
    if (isLocal) {
      if (own.includes(crate)) continue
      return { dependency: name, why: `it does not name ${crate}, a package of the source` }
    }
    const versions = external.filter((one) => one.name === crate).map((one) => one.version)
    if (versions.length === 0) return { dependency: name, why: `it has no ${crate}` }
    if (version === undefined || !plain.test(version)) continue
    const range = /^\d/.test(version) ? `^${version}` : version
    if (versions.some((one) => satisfies(one, range, { includePrerelease: true }))) continue
    return { dependency: name, why: `it has ${crate} ${versions.join(", ")}, and ${version} is required` }
  }
  return null
}
