import type { ComponentPackages } from "./components.ts"
import { isBelow } from "./lock-files.ts"
import type { ScanReading } from "./read.ts"

/**
 * Components whose packages the scan did not see, or not all of them: that nothing was found in them would be no news. Each language counts what
 * its lock file names by a reader of its own.
 */
export function unseen(reading: ScanReading): readonly string[] {
  const asked = reading.errors.length === 0
  return asked ? reading.components.packages.flatMap((one) => unseenOf(one, reading)) : []
}

function unseenOf(
  { component, path, lockFile, production, development }: ComponentPackages,
  { scanned, unread, locks }: ScanReading,
): readonly string[] {
  const expected = production + development
  const isOwn = ({ file }: { readonly file: string }) => file === lockFile || isBelow(file, path)
  // What was not read or left out is a finding of its own.
  if (expected === 0 || unread.some(isOwn) || locks.notLooked.some(isOwn)) return []
  const seen = new Set(
    scanned
      .filter(isOwn)
      .flatMap(({ packages }) => packages.map(({ name, version }) => `${name.toLowerCase()}@${version}`)),
  )
  return seen.size >= expected
    ? []
    : [
        `${component}: ${lockFile} names ${expected} packages, the scan saw ${seen.size === 0 ? "none" : seen.size}`,
      ]
}
