import { asSignalboxError } from "../../domain/index.ts"
import type { NamedPackages } from "../../languages/index.ts"
import type { ToolOutcome } from "../gate.ts"
import { readTrivy, type TrivyResult } from "./read-trivy.ts"

/** File names of the two scans. */
export const lockReport = "lock-file.json"
export const imageReport = "image.json"

/** The outcomes of one component's scans. */
export interface ComponentScans {
  /** Null: no file names the component's packages, its image alone tells. */
  readonly fromLock: ToolOutcome | null
  readonly fromImage: ToolOutcome
  /** What its language says of the packages; null: nothing, or `fromLock` says why it could not. */
  readonly packages: Omit<NamedPackages, "files"> | null
}

/** The same, read; what could not be read is an error and undefined. */
export interface ScanReading {
  readonly lock: TrivyResult | undefined
  readonly image: TrivyResult | undefined
  /** Packages for production that the lock file names. */
  readonly expected: number
  readonly packagesInImage: boolean
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

export function readScans(name: string, { fromLock, fromImage, packages }: ComponentScans): ScanReading {
  const errors: string[] = []
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (thrown) {
      errors.push(`${name}: ${asSignalboxError(thrown).message}`)
      return undefined
    }
  }
  const read = (
    what: string,
    outcome: ToolOutcome,
    report: string,
    place: (path: string | undefined) => string,
  ) => {
    if (outcome.finished)
      return attempt(() => readTrivy(outcome.files[report], name, (_, path) => place(path)))
    errors.push(`${name}: the ${what} could not be scanned: ${outcome.why}`)
    return undefined
  }
  const lock =
    fromLock === null ? undefined : read("lock file", fromLock, lockReport, () => packages?.lockFile ?? name)
  const image = read("image", fromImage, imageReport, (path) =>
    path === undefined ? `image:${name}` : `image:${name}/${path}`,
  )
  const { production: expected = 0, inImage: packagesInImage = false } = packages ?? {}
  const reports = {
    ...(fromLock?.finished ? fromLock.files : {}),
    ...(fromImage.finished ? fromImage.files : {}),
  }
  return { lock, image, expected, packagesInImage, errors, reports }
}
