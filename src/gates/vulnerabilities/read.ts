import { asSignalboxError } from "../../domain/index.ts"
import { type ComponentBase, directoryOf } from "../../languages/index.ts"
import type { Ran } from "../gate.ts"
import { lockedPackages, readTrivy, type TrivyResult } from "./read-trivy.ts"

/** File names of the two scans. */
export const lockReport = "lock-file.json"
export const imageReport = "image.json"

/** What the tools left of one component. */
export interface ComponentScans {
  /** Null: no file names the component's packages, its image alone tells. */
  readonly fromLock: Ran | null
  readonly fromImage: Ran
  /** Text of the lock file: whether a scan must have seen any package. */
  readonly locked: string
  /** Its name below the component's directory. */
  readonly lockFile: string
  /** Whether the image holds the packages that the lock file names. */
  readonly packagesInImage: boolean
}

/** The same, read; what could not be read is an error and undefined. */
export interface ScanReading {
  readonly lock: TrivyResult | undefined
  readonly image: TrivyResult | undefined
  /** Packages that the lock file names for production. */
  readonly expected: number
  readonly packagesInImage: boolean
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

export function readScans(
  name: string,
  component: Pick<ComponentBase, "path" | "language">,
  { fromLock, fromImage, locked, lockFile, packagesInImage }: ComponentScans,
): ScanReading {
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
    fromLock === null
      ? undefined
      : read("lock file", fromLock, lockReport, () => `${directoryOf(component)}/${lockFile}`)
  const image = read("image", fromImage, imageReport, (path) =>
    path === undefined ? `image:${name}` : `image:${name}/${path}`,
  )
  const expected = fromLock === null ? 0 : (attempt(() => lockedPackages(locked)) ?? 0)
  const reports = { ...(fromLock?.ran ? fromLock.files : {}), ...(fromImage.ran ? fromImage.files : {}) }
  return { lock, image, expected, packagesInImage, errors, reports }
}
