import { SignalboxError } from "../../../domain/index.ts"
import { managersByLock } from "./catalogue.ts"
import type { PackageManager } from "./manager.ts"

/** The version of a package manager that a project names. */
export interface WantedVersion {
  readonly version: string
  /** As the field has it: algorithm and value in hexadecimal. */
  readonly hash?: { readonly algorithm: string; readonly value: string }
}

/** The field `packageManager` of a `package.json`, read. */
export interface NamedManager extends WantedVersion {
  readonly name: string
}

const form =
  /^(?<name>npm|pnpm|yarn)@(?<version>\d+\.\d+\.\d+[\w.-]*)(?:\+(?<algorithm>sha\d+)\.(?<value>[0-9a-f]+))?$/

/** @throws CONFIG_INVALID where its form is another than `NAME@VERSION` with or without a hash. */
export function namedManager(field: string | undefined, file: string): NamedManager | undefined {
  if (field === undefined) return undefined
  const { name = "", version = "", algorithm, value } = form.exec(field)?.groups ?? {}
  if (name !== "")
    return {
      name,
      version,
      ...(algorithm === undefined || value === undefined ? {} : { hash: { algorithm, value } }),
    }
  throw new SignalboxError("CONFIG_INVALID", {
    what: `packageManager is ${JSON.stringify(field)}`,
    where: `${file}: packageManager`,
    why: "an exact version of npm, pnpm or yarn is read: pnpm@10.4.1, with or without +sha512.HASH behind it",
    next: "write name and version so, or leave the field out: then the lock file decides",
  })
}

/**
 * The lock file that counts: the one that there is, or that of the manager which the project names.
 * @param locks names of those in the directory
 * @throws CONFIG_INVALID where it is not clear.
 */
export function lockFileOf(
  locks: readonly string[],
  named: NamedManager | undefined,
  { directory, name }: { readonly directory: string; readonly name: string },
): string {
  const own = named === undefined ? undefined : lockFileByName[named.name]
  const [only, ...others] = locks
  if (own !== undefined && locks.includes(own)) return own
  if (own !== undefined)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${name} is a project of ${named?.name}, and has the lock file of another package manager`,
      where: `${directory}/package.json: packageManager`,
      why: `packageManager is ${named?.name}@${named?.version}, and there is ${locks.join(", ")} and no ${own}`,
      next: `commit ${own}, or correct packageManager`,
    })
  if (only !== undefined && others.length === 0) return only
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${directory} has lock files of several package managers: ${locks.join(", ")}`,
    where: `${directory}/${only}`,
    why: "each names its own versions, and nothing says which of them count",
    next: 'remove the one that is not used, or name the manager in package.json: "packageManager": "pnpm@VERSION"',
  })
}

const lockFileByName: Readonly<Record<string, string>> = {
  npm: "package-lock.json",
  pnpm: "pnpm-lock.yaml",
  yarn: "yarn.lock",
}

/** The manager of a lock file, and the version that installs it; null: the one that the toolbox's image has. */
export function managerOf(
  lockFile: string,
  lock: string,
  named: NamedManager | undefined,
  place: string,
): { readonly manager: PackageManager; readonly version: WantedVersion | null } {
  const manager = managersByLock[lockFile]?.(lock)
  if (manager === undefined)
    throw new SignalboxError("INTERNAL", { what: `no package manager has ${lockFile}` })
  if (named !== undefined) {
    assertReads(manager, named, place)
    return { manager, version: named }
  }
  const version = manager.versionFor(lock, place)
  return { manager, version: version === null ? null : { version } }
}

/** yarn 1 and its successors share a name, and not the form of their lock file. @throws CONFIG_INVALID */
function assertReads(manager: PackageManager, { name, version }: NamedManager, place: string): void {
  if (name !== "yarn" || version.startsWith("1.") === (manager.title === "yarn 1")) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `yarn ${version} does not read ${place}`,
    where: place,
    why: `${manager.title === "yarn 1" ? "yarn 1 has" : "yarn 2 or later has"} written it`,
    next: "write it anew with that version and commit it, or correct packageManager",
  })
}
