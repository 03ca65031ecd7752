/** A lock file of npm, as far as a part of it is taken over. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

export interface LockedPackage {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * The lock file of a package that needs some of what another lock file has for development, with all that these need in turn: by
 * versions and digests that are known, nothing is looked up.
 * @throws Error where the other one lacks something of it
 */
export function partOfLock(name: string, wanted: readonly string[], { packages }: PackageLock) {
  const kept = new Map<string, LockedPackage>()
  const add = (dependency: string, from: string) => {
    const place = placeOf(dependency, from, packages)
    const found = place === undefined ? undefined : packages[place]
    if (place === undefined || found === undefined)
      throw new Error(`the lock file has no ${dependency}, which ${from || name} needs`)
    if (kept.has(place)) return
    kept.set(place, found)
    for (const one of Object.keys(found.dependencies ?? {})) add(one, place)
    for (const one of Object.keys(found.optionalDependencies ?? {}))
      if (placeOf(one, place, packages) !== undefined) add(one, place)
  }
  for (const one of wanted) add(one, "")
  const devDependencies = Object.fromEntries(
    wanted.map((one) => [one, packages[`node_modules/${one}`]?.version ?? ""]),
  )
  const root = { name, version: "1.0.0", devDependencies }
  return {
    ...{ name, version: root.version, lockfileVersion: 3, requires: true },
    packages: { "": root, ...Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1))) },
  }
}

/** Where Node finds it: beside whoever needs it, else further up. */
function placeOf(dependency: string, from: string, packages: PackageLock["packages"]): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${dependency}`
    if (packages[place] !== undefined) return place
    if (at === "") return undefined
  }
}
