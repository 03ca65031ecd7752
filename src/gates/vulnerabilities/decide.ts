import type { ToolFinding } from "../../domain/index.ts"
import { workdir } from "../../languages/index.ts"
import { below } from "../engine/reports.ts"
import type { Judgement } from "../gate.ts"
import type { ScanReading } from "./read.ts"
import type { TrivyResult } from "./read-trivy.ts"

/**
 * Merges the scans of one component's lock file and of one of its images. A scan that found no package where there are some is an
 * error.
 */
export function judgeScans(name: string, reading: ScanReading): Judgement {
  const { label, lock, image, errors, reports, unscanned } = reading
  const known = new Set(lock?.findings.map((finding) => `${finding.rule} ${finding.subject}`))
  const onlyInImage =
    image?.findings.filter((finding) => !known.has(`${finding.rule} ${finding.subject}`)) ?? []
  // Where no lock file tells, what the scan saw in the image is all that is known.
  const packages = { locked: count(lock ?? image, "lang-pkgs"), system: count(image, "os-pkgs") }
  const development = unscanned === 0 ? "" : ` (${unscanned} for development not looked at)`
  const system =
    image?.system === undefined ? "no system packages" : `${packages.system} of the system ${image.system}`
  const found = {
    findings: [...(lock?.findings ?? []), ...onlyInImage, ...developmentPackages(name, reading)],
    errors: [...errors, ...blindScans(reading).map((why) => `${label.name}: ${why}`)],
    tools: [],
    figures: { packages: packages.locked, systemPackages: packages.system },
    reports: below(label.path, reports),
  }
  const sawNone = [lock, image].every((scan) => count(scan, "lang-pkgs") + count(scan, "os-pkgs") === 0)
  if (sawNone && found.errors.length + found.findings.length === 0) {
    const why = "no packages: nothing names any, and its image holds no system"
    return { ...found, summary: "", skipped: [{ component: name, why }] }
  }
  return {
    ...found,
    summary: `${label.name}: ${packages.locked} packages of the application${development}, ${system}`,
  }
}

/**
 * Packages for development in a runtime image: their code can be run there, and the scan of the lock file does not look
 * at them.
 */
function developmentPackages(
  name: string,
  { label, image, developmentFiles, developmentPackages }: ScanReading,
): readonly ToolFinding[] {
  const installed = image?.installed ?? new Map<string, string>()
  const files = new Set(developmentFiles)
  const subjects = new Set(developmentPackages)
  const found = [...installed].flatMap(([file, subject]) =>
    // The image's own programs, such as npm, bring packages of their own.
    files.has(file) || (subjects.has(subject) && file.startsWith(`${workdir.slice(1)}/`))
      ? [{ file, subject }]
      : [],
  )
  return found.map(({ file, subject }) => ({
    rule: "development-package",
    severity: "high",
    message: `${subject} is for development, and lies in the image`,
    location: { file: `${label.place}/${file}` },
    component: name,
    fix: "leave it out: see entry and files of the component, or make it a dependency for production",
    subject,
  }))
}

/** What the scans did not look at, though it is there: nothing found in it would be no news. */
function blindScans(reading: ScanReading): readonly string[] {
  const { lock, image, expected, linked, packagesInImage, eachInImage = false } = reading
  const errors: string[] = []
  // Each linked directory that it counts would stand in for a package that it has not seen.
  const locked = Math.max(0, count(lock, "lang-pkgs") - linked)
  if (lock !== undefined && locked < expected)
    errors.push(`the lock file names ${expected} packages, the scan saw ${locked === 0 ? "none" : locked}`)
  if (image === undefined) return errors
  if (packagesInImage && expected > 0 && count(image, "lang-pkgs") === 0)
    errors.push("the scan of the image saw none of the application's packages")
  else if (eachInImage && count(image, "lang-pkgs") < expected)
    errors.push(`the image has ${expected} packages, its scan knew ${count(image, "lang-pkgs")}`)
  return [...errors, ...unknownSystem(image, reading)]
}

function unknownSystem(image: TrivyResult, { systemFiles, unknownRelease }: ScanReading): readonly string[] {
  if (unknownRelease !== undefined)
    return [`the scanner has no advisories for the system of the image: ${unknownRelease}`]
  if (image.system === undefined)
    return systemFiles.length === 0
      ? []
      : [`the scanner does not know the system of the image, which has ${systemFiles.join(", ")}`]
  return count(image, "os-pkgs") > 0 ? [] : [`the scan of the image saw no package of ${image.system}`]
}

function count(result: TrivyResult | undefined, packageClass: string): number {
  return result?.packages[packageClass] ?? 0
}
