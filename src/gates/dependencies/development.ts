import type { ScannedLock, ScanReading } from "./read.ts"
import type { OsvPackage } from "./read-osv.ts"

/** Groups that lock files have for development, by their usual names. `optional` beside one may be a part of production. */
const groups = /^(?:dev|develop|development|tests?|testing|lint|linting|typing|types|check|checks)$/

/**
 * Whether a package is for development alone, as far as the lock file or the component's language says. What nobody says is judged as for
 * production.
 */
export function isForDevelopment(
  { name, version, dependencyGroups }: Pick<OsvPackage, "name" | "version" | "dependencyGroups">,
  { file, form, development, forDevelopment }: Omit<ScannedLock, "packages" | "passedOver">,
  { components }: Pick<ScanReading, "components">,
): boolean {
  const one = `${name}@${version}`
  if (forDevelopment !== undefined) return forDevelopment.has(one)
  const owners = components.packages.filter(({ lockFile }) => lockFile === file)
  // Of uv, osv-scanner 2.2 takes the extras of the last package for groups of the project: there, one of a library may be called test.
  if (dependencyGroups.length > 0 && form !== "uv.lock")
    return dependencyGroups.every((group) => groups.test(group))
  if (owners.length === 0) return development
  // A lock file of several components: only what is for development in each of them.
  return owners.every(({ developmentPackages = [] }) => developmentPackages.includes(one))
}
