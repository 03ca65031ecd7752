import { asSignalboxError } from "../../domain/index.ts"
import type { NamedPackages } from "../../languages/index.ts"
import type { Ran } from "../gate.ts"
import { readTrivy, type TrivyResult } from "./read-trivy.ts"

/** File names of the two scans. */
export const lockReport = "lock-file.json"
export const imageReport = "image.json"

/** What the tools left of one component. */
export interface ComponentScans {
  /** Null: no file names the component's packages, its image alone tells. */
  readonly fromLock: Ran | null
  readonly fromImage: Ran
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
  const read = (what: string, ran: Ran, report: string, place: (path: string | undefined) => string) => {
    if (ran.ran) return attempt(() => readTrivy(ran.files[report], name, (_, path) => place(path)))
    errors.push(`${name}: the ${what} could not be scanned: ${ran.why}`)
    return undefined
  }
  const lock =
    fromLock === null ? undefined : read("lock file", fromLock, lockReport, () => packages?.lockFile ?? name)
  const image = read("image", fromImage, imageReport, (path) =>
    path === undefined ? `image:${name}` : `image:${name}/${path}`,
  )
  const { production: expected = 0, inImage: packagesInImage = false } = packages ?? {}
  const reports = { ...(fromLock?.ran ? fromLock.files : {}), ...(fromImage.ran ? fromImage.files : {}) }
  return { lock, image, expected, packagesInImage, errors, reports }
}
