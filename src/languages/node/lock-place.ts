import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import { managersByLock, otherLockFiles } from "./managers/catalogue.ts"
import { lockFileOf, type NamedManager, namedManager } from "./managers/chosen.ts"
import { type PackageFile, packageFileIn } from "./manifest.ts"
import { isMember, pnpmPatterns } from "./workspace.ts"

/** A source tree, as far as its lock files are looked for in it. */
export interface Tree {
  /** Names of files in a directory, which is `.` for the source root. */
  names(directory: string): Promise<readonly string[]>
  read(file: string): Promise<string>
}

/** Where the lock file of a component is, and which directories it covers. */
export interface LockPlace {
  /** Its directory, relative to the source root. */
  readonly root: string
  readonly lockFile: string
  readonly packageFile: PackageFile
  /** The package manager that the project names. */
  readonly named: NamedManager | undefined
  /** Patterns of the members of its workspace. */
  readonly patterns: readonly string[]
}

/** Whether a component has a lock file that is known here, beside it or above it. */
export async function hasLockFile(tree: Tree, path: string): Promise<boolean> {
  for (let root = path; ; root = posix.dirname(root)) {
    if (locksIn(await tree.names(root)).length > 0) return true
    if (root === ".") return false
  }
}

/** A lock file without a manifest beside it locks nothing. */
function locksIn(names: readonly string[]): readonly string[] {
  return names.includes("package.json") ? names.filter((one) => one in managersByLock) : []
}

/** The nearest lock file above a component. @throws CONFIG_INVALID where there is none, or it is not clear which one counts, or it covers others. */
export async function lockPlaceOf(tree: Tree, path: string, name: string): Promise<LockPlace> {
  for (let root = path; ; root = posix.dirname(root)) {
    const names = await tree.names(root)
    const locks = locksIn(names)
    if (locks.length > 0) {
      const place = await placeAt(tree, { root, names, locks, name })
      if (isMember(posix.relative(root, path) || ".", place.patterns)) return place
      throw notCovered(name, path, place)
    }
    const others = names.filter((one) => otherLockFiles.includes(one))
    if (root === "." || others.length > 0) throw noLockFile(name, path, others)
  }
}

interface Found {
  readonly root: string
  readonly names: readonly string[]
  readonly locks: readonly string[]
  readonly name: string
}

async function placeAt(tree: Tree, { root, names, locks, name }: Found): Promise<LockPlace> {
  const file = posix.join(root, "package.json")
  const packageFile = packageFileIn(await tree.read(file), file)
  const named = namedManager(packageFile.packageManager, file)
  const lockFile = lockFileOf(locks, named, { directory: root, name })
  const workspace = "pnpm-workspace.yaml"
  const ofPnpm = async () =>
    names.includes(workspace) ? pnpmPatterns(await tree.read(posix.join(root, workspace))) : []
  const patterns = lockFile === "pnpm-lock.yaml" ? await ofPnpm() : packageFile.workspaces
  return { root, lockFile, packageFile, named, patterns }
}

function noLockFile(name: string, path: string, others: readonly string[]): SignalboxError {
  const known = Object.keys(managersByLock)
  const where = `signalbox.yaml: components.${name}.path`
  if (others.length === 0)
    return new SignalboxError("CONFIG_INVALID", {
      what: `there is no lock file of ${name}: ${known.slice(0, -1).join(", ")} or ${known.at(-1)}`,
      where,
      why: `neither ${path} nor a directory above it has one`,
      next: "correct the path, or commit the lock file: an image is made of exactly what it names",
    })
  return new SignalboxError("CONFIG_INVALID", {
    what: `the lock file of ${name} is none of npm, pnpm and yarn: ${others.join(", ")}`,
    where,
    why: `${known.join(", ")} are read, and ${path} has none of them`,
    next: "commit a lock file of one of them, or build the component by its own Dockerfile: language: dockerfile",
  })
}

function notCovered(name: string, path: string, { root, lockFile, patterns }: LockPlace): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `${path} has no lock file of its own, and is no member of the workspace of ${posix.join(root, lockFile)}`,
    where: `signalbox.yaml: components.${name}.path`,
    why: patterns.length > 0 ? `its members are ${patterns.join(", ")}` : "that names no workspaces",
    next: "correct the path, add the directory to the workspace, or commit a lock file beside its package.json",
  })
}
