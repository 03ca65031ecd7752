import type { PackageOrigin } from "../../languages/index.ts"
import type { SbomReading } from "./read.ts"
import type { Sbom, SbomPackage } from "./read-sbom.ts"

/** A package of a component, and how it got there. */
export interface FoundPackage extends SbomPackage {
  readonly origin: PackageOrigin | undefined
  /** Where a person finds it: the lock file, or its place in the image. */
  readonly place: string
}

/** The packages of one component that are to be judged, and what of it cannot be. */
export interface FoundPackages {
  readonly packages: readonly FoundPackage[]
  /** Packages of the system that the settings leave out. */
  readonly leftOut: number
  readonly errors: readonly string[]
}

/** What its image has, and what files in the image are made of, each once; without the project itself. */
export function packagesOf(
  reading: SbomReading,
  { systemPackages }: { readonly systemPackages: boolean },
): FoundPackages {
  const { label, image, bundled, packages } = reading
  const origins = new Map((packages?.origins ?? []).map((one) => [one.name, one]))
  const own = new Set(packages?.own)
  const isForeign = ({ name, file }: SbomPackage) =>
    !own.has(name) && !own.has(name.replace(/(?!^)@[^@]*$/, "")) && (file === undefined || !own.has(file))
  const inImage = (image?.packages ?? []).filter(isForeign)
  const judged = inImage.filter(({ ofSystem }) => systemPackages || !ofSystem)
  // A lock file also names what is for development: only what an origin has is for production.
  const bundledPackages = (bundled?.packages ?? []).filter(
    (one) => isForeign(one) && (origins.size === 0 || origins.has(one.name)),
  )
  const found = new Map<string, FoundPackage>()
  for (const one of [...bundledPackages, ...judged]) {
    const origin = originOf(one, origins, bundled)
    const isLocked = origin !== undefined || bundledPackages.includes(one)
    const imagePlace = one.file === undefined ? label.place : `${label.place}/${one.file}`
    const place = isLocked ? (packages?.lockFile ?? imagePlace) : imagePlace
    const before = found.get(one.purl)
    // Two copies of a package may state different licences: both count.
    const licenses = [...new Set([...(before?.licenses ?? []), ...one.licenses])]
    found.set(one.purl, { ...one, licenses, origin: origin ?? before?.origin, place: before?.place ?? place })
  }
  return {
    packages: [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    leftOut: inImage.length - judged.length,
    errors: unseen(reading, inImage, bundledPackages, origins.size).map((why) => `${label.name}: ${why}`),
  }
}

/** What the language says of it; else the way that the SBOM of the lock file has. */
function originOf(
  { name, purl, ofSystem }: SbomPackage,
  origins: ReadonlyMap<string, PackageOrigin>,
  bundled: Sbom | null | undefined,
): PackageOrigin | undefined {
  if (ofSystem) return undefined
  const path = bundled?.paths.get(purl)
  return origins.get(name) ?? (path === undefined ? undefined : { name, path })
}

/** What the SBOMs do not name although it is there: nothing said about it would be no news. */
function unseen(
  { image, bundled, packages }: SbomReading,
  inImage: readonly SbomPackage[],
  bundledPackages: Sbom["packages"],
  origins: number,
): readonly string[] {
  if (packages === null || packages.production === 0) return []
  const { production, eachInImage = false } = packages
  if (bundled !== null) {
    const wanted = origins > 0 ? origins : production
    return bundled === undefined || bundledPackages.length >= wanted
      ? []
      : [`the lock file names ${wanted} packages for production, their SBOM ${count(bundledPackages.length)}`]
  }
  if (image === undefined) return []
  const known = inImage.filter(({ ofSystem }) => !ofSystem).length
  const wanted = eachInImage ? production : 1
  return known >= wanted
    ? []
    : [`the lock file names ${production} packages for production, the SBOM of the image ${count(known)}`]
}

function count(packages: number): string {
  return packages === 0 ? "none" : String(packages)
}
