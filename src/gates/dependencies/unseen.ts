import type { ComponentPackages } from "./components.ts"
import type { ScannedLock, ScanReading } from "./read.ts"
import { ledTo, normal } from "./requirements.ts"

/** Names that an error tells; of the others, how many they are. */
const mostNamed = 5

/**
 * Components whose packages the scan did not see, or not all of them: that nothing was found in them would be no news. Each language counts what
 * its lock file names by a reader of its own. What another file names stands for none of it.
 */
export function unseen(reading: ScanReading): readonly string[] {
  const asked = reading.errors.length === 0
  return asked ? reading.components.packages.flatMap((one) => unseenOf(one, reading)) : []
}

function unseenOf(packages: ComponentPackages, reading: ScanReading): readonly string[] {
  const { component, lockFile, production, development, names } = packages
  const expected = production + development
  const own = ownFiles(packages, reading)
  const isOwn = ({ file }: { readonly file: string }) => own.has(file)
  // What was not read or left out is a finding of its own.
  if (expected === 0 || reading.unread.some(isOwn) || reading.locks.notLooked.some(isOwn)) return []
  const scanned = reading.scanned.filter(isOwn)
  if (names !== undefined) return unseenNames(component, lockFile, names, scanned)
  const seen = new Set(
    scanned.flatMap(packagesOf).map(({ name, version }) => `${name.toLowerCase()}@${version}`),
  )
  return seen.size >= expected
    ? []
    : [
        `${component}: ${lockFile} names ${expected} packages, the scan saw ${seen.size === 0 ? "none" : seen.size}`,
      ]
}

/** The standard library is no module that a go.mod requires: it would stand for one that is missing. */
const packagesOf = ({ form, packages }: ScannedLock) =>
  form === "go.mod" ? packages.filter(({ name }) => name !== "stdlib") : packages

function unseenNames(
  component: string,
  lockFile: string,
  names: readonly string[],
  scanned: readonly ScannedLock[],
): readonly string[] {
  const seen = new Set(scanned.flatMap(({ packages }) => packages.map(({ name }) => normal(name))))
  const missing = names.filter((name) => !seen.has(normal(name)))
  if (missing.length === 0) return []
  const more = missing.length - mostNamed
  const told = missing.slice(0, mostNamed).join(", ")
  return [
    `${component}: ${lockFile} names ${told}${more > 0 ? ` and ${more} more` : ""}, which the scan did not see`,
  ]
}

/** The files that the language installs by, and what they take in: pip installs what `-r` leads to, and nothing of `-c`. */
function ownFiles(
  { lockFile, lockFiles = [lockFile] }: ComponentPackages,
  { texts, locks }: ScanReading,
): ReadonlySet<string> {
  const requirements = new Set(
    locks.files.flatMap(({ file, form }) => (form === "requirements.txt" ? [file] : [])),
  )
  const own = new Set(lockFiles)
  for (const file of own)
    if (requirements.has(file))
      for (const led of ledTo(file, texts.get(file) ?? "")) if (!led.constraint) own.add(led.file)
  return own
}
