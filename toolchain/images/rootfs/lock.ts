import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Versions of packages, by set and name. */
export type DebianVersions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The versions of Debian's packages that the images were last released with, as committed. */
export interface DebianLock {
  readonly schemaVersion: 1
  readonly suite: string
  readonly sets: DebianVersions
}

const lockFile = "toolchain/images/debian.lock.json"
/** Changes that one line has room for. */
const shownChanges = 5

export async function readLock(root: string): Promise<DebianLock> {
  return JSON.parse(await readFile(join(root, lockFile), "utf8")) as DebianLock
}

/** Packages of a set that were installed in another version than the lock says, as readable changes. */
export function changesOf(
  locked: Readonly<Record<string, string>>,
  installed: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(installed)])].sort()
  return names
    .filter((name) => locked[name] !== installed[name])
    .map((name) => `${name} ${locked[name] ?? "(not there)"} → ${installed[name] ?? "(gone)"}`)
}

/**
 * One line on what the images hold other than the lock file says; undefined where they agree. Debian serves one version
 * of a package at a time: when it has moved on, images are made from what it serves, and say so in their labels.
 */
export function movedOn(locked: DebianVersions, installed: DebianVersions): string | undefined {
  const sets = Object.entries(installed)
  const changes = sets.flatMap(([set, versions]) => changesOf(locked[set] ?? {}, versions))
  const all = [...new Set(changes)].sort()
  if (all.length === 0) return undefined
  const more = all.length > shownChanges ? `, and ${all.length - shownChanges} more` : ""
  const shown = all.slice(0, shownChanges).join(", ")
  return `Debian has moved on from ${lockFile}; the images hold ${shown}${more}`
}

/** Makes these versions the committed ones: a maintainer's decision, never a side effect. @returns whether it changed */
export async function writeLock(root: string, suite: string, sets: DebianVersions): Promise<boolean> {
  const file = join(root, lockFile)
  const sorted = Object.fromEntries(Object.entries(sets).sort(([a], [b]) => (a < b ? -1 : 1)))
  const next = `${JSON.stringify({ schemaVersion: 1, suite, sets: sorted }, null, 2)}\n`
  if (next === (await readFile(file, "utf8"))) return false
  await writeFile(`${file}.new`, next)
  await rename(`${file}.new`, file)
  return true
}
