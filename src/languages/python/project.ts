import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import type { ComponentRequest } from "../language.ts"
import type { Locked } from "./lock-graph.ts"
import { isLock, type Manager, managerOf, poetryLockFile, uvLockFile } from "./manager.ts"
import { normalName } from "./names.ts"
import { pipFiles } from "./pip-files.ts"
import { poetryLocked } from "./poetry-lock.ts"
import { type PyProject, pyprojectIn } from "./pyproject.ts"
import type { PythonComponent } from "./schema.ts"
import { uvLocked } from "./uv-lock.ts"
import { lockedMember, type Workspace } from "./workspace.ts"

export type Request = ComponentRequest<PythonComponent>

/** What the files of a component say about its packages. */
export interface Project {
  readonly manager: Manager
  /** The lock file, relative to where packages are installed from. */
  readonly lockFile: string
  /** The same, relative to the source root. */
  readonly lockPlace: string
  /** The workspace that the component is a member of: packages are installed from its root. Absent: from the component. */
  readonly workspace?: Workspace
  /** Files that packages are installed from, relative to that directory; directories are in `locked.local`. */
  readonly inputs: readonly string[]
  readonly locked: Locked
  /** Of pip: the file with the packages of its checks; undefined where there is none. */
  readonly development?: string | undefined
  /** Null: there is no pyproject.toml. */
  readonly pyproject: PyProject | null
  /** Extras that the image has, the variant's among them. */
  readonly extras: readonly string[]
  /** Groups that the image has: the variant's, where it is a group. */
  readonly groups: readonly string[]
}

/** @throws CONFIG_INVALID that names the file, and the line where there is one */
export async function projectOf(request: Request): Promise<Project> {
  const { name, component, source } = request
  const directory = source.directory(component.path)
  const names = await directory.entries()
  const member = await memberOf(request, directory, names)
  if (member !== undefined) return member
  const manager = managerOf(names, { name, path: component.path, requirements: component.requirements })
  const manifest = `${component.path}/pyproject.toml`
  const pyproject = names.includes("pyproject.toml")
    ? pyprojectIn(await directory.file("pyproject.toml").contents(), manifest)
    : null
  if (manager === "pip") {
    const files = await pipFiles(request, directory)
    const lockPlace = posix.join(component.path, files.lockFile)
    return { manager, ...files, lockPlace, pyproject, extras: [], groups: [] }
  }
  if (pyproject === null) throw noManifest(name, manifest, manager)
  const lockFile = manager === "uv" ? uvLockFile : poetryLockFile
  const chosen = chosenParts(request, pyproject, manifest)
  const text = await directory.file(lockFile).contents()
  const place = `${component.path}/${lockFile}`
  const locked =
    manager === "uv"
      ? uvLocked(text, place, chosen.extras)
      : poetryLocked(text, place, pyproject, chosen.extras, chosen.groups)
  const local = locked.local.map((path) => posix.normalize(path))
  assertInside(local, place)
  const inputs = ["pyproject.toml", lockFile]
  return { manager, lockFile, lockPlace: place, inputs, locked: { ...locked, local }, pyproject, ...chosen }
}

/** The component as a member of a workspace of uv; undefined where it has a lock file of its own, or is locked by none above. */
async function memberOf(
  request: Request,
  directory: Directory,
  names: readonly string[],
): Promise<Project | undefined> {
  const { component, source } = request
  const hasOwn = names.some((file) => isLock(file)) || component.requirements !== undefined
  if (hasOwn || !names.includes("pyproject.toml")) return undefined
  const manifest = posix.join(component.path, "pyproject.toml")
  const pyproject = pyprojectIn(await directory.file("pyproject.toml").contents(), manifest)
  const chosen = chosenParts(request, pyproject, manifest)
  const found = await lockedMember(source, component.path, chosen.extras)
  if (found === undefined) return undefined
  const { workspace, locked } = found
  const lockPlace = posix.join(workspace.root, uvLockFile)
  const local = locked.local.map((path) => posix.normalize(path))
  assertInside(local, lockPlace)
  const inputs = [uvLockFile, ...workspace.manifests]
  return {
    ...{ manager: "uv", lockFile: uvLockFile, lockPlace, workspace, inputs },
    ...{ locked: { ...locked, local }, pyproject, ...chosen },
  }
}

/** The extras and groups of the image. @throws CONFIG_INVALID where pyproject.toml has none for the variant */
function chosenParts({ name, component }: Request, { extras, groups }: PyProject, manifest: string) {
  const { variant } = component
  for (const extra of component.extras)
    if (!(normalName(extra) in extras))
      throw noPart(name, `extra ${extra}`, manifest, Object.keys(extras), "extras")
  if (variant in extras) return { extras: [...component.extras, variant], groups: [] }
  if (groups.includes(variant)) return { extras: component.extras, groups: [variant] }
  if (variant === "cpu") return { extras: component.extras, groups: [] }
  throw noPart(name, `extra or group ${variant}`, manifest, [...Object.keys(extras), ...groups], "variant")
}

/** @throws CONFIG_INVALID where a package of the lock file lies outside of the component */
function assertInside(local: readonly string[], where: string): void {
  const outside = local.filter((path) => path === ".." || path.startsWith("../") || path.startsWith("/"))
  if (outside.length === 0) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `a package leads out of the component: ${outside.join(", ")}`,
    where,
    why: "a component is built from its own directory alone",
    next: "set path to the directory that has both (a workspace), publish the package, or use language: dockerfile",
  })
}

function noManifest(name: string, where: string, manager: Manager): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `there is no ${where} in the source`,
    where: `signalbox.yaml: components.${name}.path`,
    why: `the lock file of ${manager} belongs to one`,
    next: "commit it, or name a requirement file: requirements",
  })
}

function noPart(name: string, part: string, where: string, present: readonly string[], setting: string) {
  return new SignalboxError("CONFIG_INVALID", {
    what: `${where} has no ${part}`,
    where: `signalbox.yaml: components.${name}.${setting}`,
    why: present.length === 0 ? "it has no extras and no groups" : `it has ${present.join(", ")}`,
    next: "add it to [project.optional-dependencies] or [dependency-groups], lock again, or correct the setting",
  })
}
