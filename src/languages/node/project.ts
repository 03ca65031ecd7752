import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import { cleanPath } from "../paths.ts"
import { hasLockFile, lockPlaceOf, type Tree } from "./lock-place.ts"
import { managerOf, type WantedVersion } from "./managers/chosen.ts"
import { type LocalPackage, localPackagesOf } from "./managers/local.ts"
import type { PackageManager } from "./managers/manager.ts"
import { type Member, withNeeded } from "./managers/member.ts"
import { localPackages } from "./managers/npm-lock.ts"
import type { NodeComponent } from "./schema.ts"
import { membersOf, namedBeside } from "./workspace.ts"

type Request = ComponentRequest<NodeComponent>

/** What a component is installed with: its lock file, which may lie above it, and the directories that the file covers. */
export interface Project {
  /** Directory of the lock file, relative to the source root, which itself is `.`. */
  readonly root: string
  readonly tree: Directory
  readonly manager: PackageManager
  /** Null: the version that the toolbox's image has. */
  readonly version: WantedVersion | null
  /** Text of the lock file, and its place relative to the source root. */
  readonly lock: string
  readonly lockPlace: string
  /** Settings of the manager by file name, without credentials. */
  readonly settings: Readonly<Record<string, string>>
  /** All directories that the lock file covers, its own first. */
  readonly members: readonly Member[]
  /** The component among them. */
  readonly component: Member
  /** Those that it needs to be built and checked, each after those that it needs itself; neither itself nor the first of all. */
  readonly beside: readonly Member[]
  /** Those whose packages its image has: the lock file's own directory, those that it needs to run, itself. */
  readonly production: readonly Member[]
  /** Packages by their place in the source, which are no members. */
  readonly local: readonly LocalPackage[]
  /** Further files and directories that settings of those name, relative to the lock file. */
  readonly named: readonly string[]
}

const projects = new WeakMap<Directory, Map<string, Promise<Project>>>()

/**
 * The project of a component, read once for a source tree.
 * @throws CONFIG_INVALID where there is no lock file for it, or it is not clear which one counts.
 */
export function projectOf({
  name,
  component,
  source,
}: Pick<Request, "name" | "component" | "source">): Promise<Project> {
  const known = projects.get(source) ?? new Map<string, Promise<Project>>()
  projects.set(source, known)
  const path = cleanPath(component.path) || "."
  const found = known.get(path) ?? read(source, path, name)
  known.set(path, found)
  return found
}

/** The same; null where there is no lock file: then no package is installed, and the build reports it. */
export async function projectIfLocked(
  request: Pick<Request, "name" | "component" | "source">,
): Promise<Project | null> {
  const path = cleanPath(request.component.path) || "."
  return (await hasLockFile(treeOf(request.source), path)) ? projectOf(request) : null
}

async function read(source: Directory, path: string, name: string): Promise<Project> {
  const place = await lockPlaceOf(treeOf(source), path, name)
  const { root, lockFile, packageFile, named, patterns } = place
  const tree = directoryAt(source, root)
  const lock = await tree.file(lockFile).contents()
  const lockPlace = posix.join(root, lockFile)
  const { manager, version } = managerOf(lockFile, lock, named, lockPlace)
  const members = await membersOf(tree, packageFile.member, patterns, root)
  const [own] = members
  const within = posix.relative(root, path) || "."
  const component = members.find((one) => one.path === within)
  if (own === undefined || component === undefined) throw noManifest(name, path)
  const names = new Set(await tree.entries())
  const beside = new Map<string, readonly string[]>()
  const placesBeside = async (one: Member): Promise<void> => {
    if (one.path === "." || beside.has(one.path)) return
    beside.set(one.path, await namedBeside(tree, one.path))
  }
  const needed = await settled(members, component, beside, placesBeside)
  const production = withNeeded(members, [own, component], false)
  const all = [own, ...needed]
  return {
    ...{ root, tree, manager, version, lock, lockPlace, members, component, production },
    settings: await manager.settings(async (file) =>
      names.has(file) ? tree.file(file).contents() : undefined,
    ),
    beside: needed.filter((one) => one !== own && one !== component),
    local:
      manager.name === "npm"
        ? localPackages(lock, lockPlace).filter(({ path: at }) => !members.some((one) => one.path === at))
        : localPackagesOf(all),
    named: outsideMembers([...beside.values()].flat(), members),
  }
}

/** Members that a component needs, where settings of each may name further ones: as project references of TypeScript do. */
async function settled(
  members: readonly Member[],
  component: Member,
  beside: ReadonlyMap<string, readonly string[]>,
  look: (member: Member) => Promise<void>,
): Promise<readonly Member[]> {
  const also = (member: Member) =>
    (beside.get(member.path) ?? []).flatMap((path) => memberAt(path, members)?.path ?? [])
  for (;;) {
    const needed = withNeeded(members, [component], true, also)
    const unread = needed.filter((one) => one.path !== "." && !beside.has(one.path))
    if (unread.length === 0) return needed
    await Promise.all(unread.map(look))
  }
}

function memberAt(path: string, members: readonly Member[]): Member | undefined {
  return members.find((one) => one.path !== "." && (path === one.path || path.startsWith(`${one.path}/`)))
}

function outsideMembers(paths: readonly string[], members: readonly Member[]): readonly string[] {
  // A directory that holds members is none of them, and would bring all of them.
  const holdsMembers = (path: string) => members.some((one) => one.path.startsWith(`${path}/`))
  return [...new Set(paths)].filter((path) => memberAt(path, members) === undefined && !holdsMembers(path))
}

function directoryAt(source: Directory, path: string): Directory {
  return path === "." ? source : source.directory(path)
}

function treeOf(source: Directory): Tree {
  return {
    names: async (directory) =>
      (await directoryAt(source, directory).entries()).map((entry) => entry.replace(/\/$/, "")),
    read: (file) => source.file(file).contents(),
  }
}

function noManifest(name: string, path: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no package.json of ${name}`,
    where: `signalbox.yaml: components.${name}.path`,
    why: `${path} has none`,
    next: "correct the path: the directory of the component's package.json",
  })
}
