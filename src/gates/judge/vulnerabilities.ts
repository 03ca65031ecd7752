import type { Component } from "../../config/index.ts"
import { asSignalboxError } from "../../domain/index.ts"
import type { Ran } from "../exec.ts"
import type { Judgement } from "../judgement.ts"
import { lockedPackages, readTrivy, type TrivyResult } from "../readers/trivy.ts"
import { below } from "../reports.ts"

/** File names of the two scans. */
export const lockReport = "lock-file.json"
export const imageReport = "image.json"

/** @param locked text of the lock file: whether a scan must have seen any package. */
export function judgeScans(
  name: string,
  component: Pick<Component, "path" | "kind">,
  fromLock: Ran,
  fromImage: Ran,
  locked: string,
): Judgement {
  const errors: string[] = []
  const read = (what: string, ran: Ran, report: string, place: (path: string | undefined) => string) => {
    try {
      if (ran.ran) return readTrivy(ran.files[report], name, (_, path) => place(path))
      errors.push(`${name}: the ${what} could not be scanned: ${ran.why}`)
    } catch (thrown) {
      errors.push(`${name}: ${asSignalboxError(thrown).message}`)
    }
    return undefined
  }
  const lock = read("lock file", fromLock, lockReport, () => `${component.path}/package-lock.json`)
  const built = read("image", fromImage, imageReport, (path) =>
    path === undefined ? `image:${name}` : `image:${name}/${path}`,
  )
  const expected = expectedPackages(name, locked, errors)
  if (lock !== undefined && expected > 0 && count(lock, "lang-pkgs") === 0)
    errors.push(`${name}: the lock file names ${expected} packages, the scan saw none`)
  if (built !== undefined && Object.values(built.packages).every((packages) => packages === 0))
    errors.push(`${name}: the scan of the image saw no package`)
  if (built !== undefined && component.kind === "service" && expected > 0 && count(built, "lang-pkgs") === 0)
    errors.push(`${name}: the scan of the image saw none of the application's packages`)
  const known = new Set(lock?.findings.map((finding) => `${finding.rule} ${finding.subject}`))
  const onlyInImage =
    built?.findings.filter((finding) => !known.has(`${finding.rule} ${finding.subject}`)) ?? []
  const packages = {
    locked: lock === undefined ? 0 : count(lock, "lang-pkgs"),
    system: built === undefined ? 0 : count(built, "os-pkgs"),
  }
  return {
    findings: [...(lock?.findings ?? []), ...onlyInImage],
    errors,
    summary: `${name}: ${packages.locked} packages of the application, ${packages.system} of the system`,
    tools: [],
    figures: { packages: packages.locked, systemPackages: packages.system },
    reports: below(name, {
      ...(fromLock.ran ? fromLock.files : {}),
      ...(fromImage.ran ? fromImage.files : {}),
    }),
  }
}

function count(result: TrivyResult, packageClass: string): number {
  return result.packages[packageClass] ?? 0
}

function expectedPackages(name: string, locked: string, errors: string[]): number {
  try {
    return lockedPackages(locked)
  } catch (thrown) {
    errors.push(`${name}: ${asSignalboxError(thrown).message}`)
    return 0
  }
}
