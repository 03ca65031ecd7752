import type { ImageLabel } from "../../build/index.ts"
import { asSignalboxError } from "../../domain/index.ts"
import type { NamedPackages } from "../../languages/index.ts"
import type { ToolOutcome } from "../gate.ts"
import { readTrivy, type TrivyResult, unknownReleaseIn } from "./read-trivy.ts"

/** File names of the two scans. */
export const lockReport = "lock-file.json"
export const imageReport = "image.json"
/** What Trivy logs while it scans, beside each of them. */
export const logOf = (report: string) => report.replace(".json", ".log")

/** The outcomes of one component's scans: of its lock file, and of one of its images. */
export interface ComponentScans {
  /** How that image is called. */
  readonly label: ImageLabel
  /** Null: no file names the component's packages, its image alone tells. */
  readonly fromLock: ToolOutcome | null
  readonly fromImage: ToolOutcome
  /** What its language says of the packages; null: nothing, or `fromLock` says why it could not. */
  readonly packages: Omit<NamedPackages, "files"> | null
  /** Files of the image that only a system with packages has, such as /etc/os-release. */
  readonly systemFiles: readonly string[]
}

/** The same, read; what could not be read is an error and undefined. */
export interface ScanReading {
  readonly label: ImageLabel
  readonly lock: TrivyResult | undefined
  readonly image: TrivyResult | undefined
  /** Packages that the lock file names, of those that its scan looks at. */
  readonly expected: number
  /** Directories of the source that it links: the scan counts them beside those. */
  readonly linked: number
  /** Those that it does not look at, because they are for development and their code is not in the image. */
  readonly unscanned: number
  readonly packagesInImage: boolean
  /** Whether the scan of the image must know as many as are expected. Default: some. */
  readonly eachInImage?: boolean
  /** Files of packages for development, by path in the image. */
  readonly developmentFiles: readonly string[]
  /** Further ones, as `NAME@VERSION`. */
  readonly developmentPackages: readonly string[]
  readonly systemFiles: readonly string[]
  /** The release of a distribution that the scan of the image does not know. */
  readonly unknownRelease: string | undefined
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

export function readScans(name: string, scans: ComponentScans): ScanReading {
  const { label, fromLock, fromImage, packages, systemFiles } = scans
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
  const image = read(
    label.name === name ? "image" : `image of ${label.name}`,
    fromImage,
    imageReport,
    (path) => (path === undefined ? label.place : `${label.place}/${path}`),
  )
  const { production = 0, development = 0, inImage: packagesInImage = false } = packages ?? {}
  const {
    developmentFiles = [],
    developmentPackages = [],
    linked = { production: 0, development: 0 },
  } = packages ?? {}
  const isBundled = packages !== null && !packagesInImage
  return {
    ...{ label, lock, image, packagesInImage, developmentFiles, developmentPackages, systemFiles, errors },
    eachInImage: packages?.eachInImage === true,
    expected: isBundled ? production + development : production,
    linked: isBundled ? linked.production + linked.development : linked.production,
    unscanned: isBundled ? 0 : development,
    unknownRelease: fromImage.finished
      ? unknownReleaseIn(fromImage.files[logOf(imageReport)] ?? "")
      : undefined,
    reports: { ...reportIn(fromLock, lockReport), ...reportIn(fromImage, imageReport) },
  }
}

/** Without the log, which has the time of day. */
function reportIn(outcome: ToolOutcome | null, name: string): Readonly<Record<string, string>> {
  const text = outcome?.finished ? outcome.files[name] : undefined
  return text === undefined ? {} : { [name]: text }
}
