import { type Member, neededBy } from "./member.ts"

/** A package as a lock file names it. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** Keys of the packages that it needs where it runs. */
  readonly needs: readonly string[]
  /** Its licence, where the lock file states it. */
  readonly license?: string
}

/** A lock file, read. */
export interface Lock {
  /** By a key of the lock file's own. */
  readonly packages: ReadonlyMap<string, LockedPackage>
  /** Keys of the package that a dependency of a member leads to: none for another member, or one that is not installed here. */
  resolve(member: Member, name: string, range: string): readonly string[]
}

/** `NAME@VERSION` of all packages that members need, directly or not. */
export function packagesOf(
  lock: Lock,
  members: readonly Member[],
  withDevelopment: boolean,
): ReadonlyMap<string, LockedPackage> {
  const found = new Map<string, LockedPackage>()
  const seen = new Set<string>()
  const open = members.flatMap((member) =>
    neededBy(member, withDevelopment).flatMap(([name, range]) => lock.resolve(member, name, range)),
  )
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue
    seen.add(key)
    const one = lock.packages.get(key)
    if (one === undefined) continue
    found.set(`${one.name}@${one.version}`, one)
    open.push(...one.needs)
  }
  return found
}

/** All packages of a lock file, each version once. */
export function allPackages(lock: Lock): ReadonlyMap<string, LockedPackage> {
  return new Map([...lock.packages.values()].map((one) => [`${one.name}@${one.version}`, one]))
}

/** Version of a package that a member has by its own manifest, or by that of the workspace's root. */
export function versionFor(lock: Lock, members: readonly Member[], name: string): string | undefined {
  for (const member of members) {
    const range = new Map(neededBy(member, true)).get(name)
    if (range === undefined) continue
    const [key] = lock.resolve(member, name, range)
    const version = key === undefined ? undefined : lock.packages.get(key)?.version
    if (version !== undefined) return version
  }
  return undefined
}

/** Packages in the form of npm's lock file, which every scanner reads: the one that names them may be of another manager. */
export function asNpmLock(packages: Iterable<LockedPackage>): string {
  const entries = [...packages]
    .map(({ name, version }) => ({ name, version }))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
    .map((one, index) => [`node_modules/${index}`, one] as const)
  return `${JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...Object.fromEntries(entries) } }, undefined, 1)}\n`
}
