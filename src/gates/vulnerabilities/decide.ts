import { below } from "../engine/reports.ts"
import type { Judgement } from "../gate.ts"
import type { ScanReading } from "./read.ts"
import type { TrivyResult } from "./read-trivy.ts"

/**
 * Merges the scans of one component's lock file and image. A scan that found no package where there are some is an
 * error.
 */
export function judgeScans(
  name: string,
  { lock, image, expected, packagesInImage, errors, reports }: ScanReading,
): Judgement {
  const known = new Set(lock?.findings.map((finding) => `${finding.rule} ${finding.subject}`))
  const onlyInImage =
    image?.findings.filter((finding) => !known.has(`${finding.rule} ${finding.subject}`)) ?? []
  // Where no lock file tells, what the scan saw in the image is all that is known.
  const packages = { locked: count(lock ?? image, "lang-pkgs"), system: count(image, "os-pkgs") }
  return {
    findings: [...(lock?.findings ?? []), ...onlyInImage],
    errors: [...errors, ...blindScans(name, packagesInImage, lock, image, expected)],
    summary: `${name}: ${packages.locked} packages of the application, ${packages.system} of the system`,
    tools: [],
    figures: { packages: packages.locked, systemPackages: packages.system },
    reports: below(name, reports),
  }
}

function blindScans(
  name: string,
  packagesInImage: boolean,
  lock: TrivyResult | undefined,
  image: TrivyResult | undefined,
  expected: number,
): string[] {
  const errors: string[] = []
  if (lock !== undefined && expected > 0 && count(lock, "lang-pkgs") === 0)
    errors.push(`${name}: the lock file names ${expected} packages, the scan saw none`)
  if (image !== undefined && Object.values(image.packages).every((packages) => packages === 0))
    errors.push(`${name}: the scan of the image saw no package`)
  if (image !== undefined && packagesInImage && expected > 0 && count(image, "lang-pkgs") === 0)
    errors.push(`${name}: the scan of the image saw none of the application's packages`)
  return errors
}

function count(result: TrivyResult | undefined, packageClass: string): number {
  return result?.packages[packageClass] ?? 0
}
