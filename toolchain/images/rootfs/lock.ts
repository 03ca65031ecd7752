import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** The versions of Debian's packages by set, as committed: what the images were last built from. */
export interface DebianLock {
  readonly schemaVersion: 1
  readonly suite: string
  readonly sets: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const lockFile = "toolchain/images/debian.lock.json"

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

export interface Relocking {
  readonly root: string
  /** The installed versions by set. */
  readonly installed: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly suite: string
  /** `false`: only warn. */
  readonly write: boolean
  /** Gets one line per set that changed. */
  readonly warn: (line: string) => void
}

/**
 * Compares what was installed with the lock file and records it there. A version that Debian no longer serves is
 * nothing to fail for: it is named in a warning, and the lock file says what is in the images now.
 * @returns whether the lock file was written
 */
export async function relock({ root, installed, suite, warn, write }: Relocking): Promise<boolean> {
  const lock = await readLock(root)
  const sets = { ...lock.sets }
  for (const [name, versions] of Object.entries(installed)) {
    const locked = lock.sets[name]
    const changes = changesOf(locked ?? {}, versions)
    if (changes.length === 0) continue
    if (locked)
      warn(`Debian serves other versions for "${name}" now, ${lockFile} says so: ${changes.join(", ")}`)
    sets[name] = versions
  }
  const next = `${JSON.stringify({ schemaVersion: 1, suite, sets: sortedKeys(sets) }, null, 2)}\n`
  if (!write || next === (await readFile(join(root, lockFile), "utf8"))) return false
  await writeFile(join(root, lockFile), next)
  return true
}

const sortedKeys = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
