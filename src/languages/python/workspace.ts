import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { cleanPath } from "../paths.ts"
import type { Locked } from "./lock-graph.ts"
import { uvLockFile } from "./manager.ts"
import { pyprojectIn } from "./pyproject.ts"
import { memberIn, uvLockedMember } from "./uv-lock.ts"

/** The workspace of uv that a component is a member of. */
export interface Workspace {
  /** Its root, relative to the source root. */
  readonly root: string
  /** The component, relative to that root, and its name as a package. */
  readonly member: string
  readonly package: string
  /** Manifests of all members, relative to the root: uv holds the lock file against each of them. */
  readonly manifests: readonly string[]
  /** Groups of the root: its development packages are for the checks of every member. */
  readonly groups: readonly string[]
  /** Settings of tools in the root's pyproject.toml. */
  readonly tools: Readonly<Record<string, unknown>>
}

/** What a lock file above a component says of it. */
export interface LockedMember {
  readonly workspace: Workspace
  readonly locked: Locked
}

/** The nearest lock file of uv above a directory, by its directory; undefined without one. */
async function lockAbove(source: Directory, path: string): Promise<string | undefined> {
  for (let directory = path; directory !== "."; ) {
    directory = posix.dirname(directory)
    if (await source.exists(posix.join(directory, uvLockFile))) return directory
  }
  return undefined
}

/**
 * The packages of a component that a workspace locks; undefined where it is a member of none.
 * @param extras those of the component that the image has
 * @throws CONFIG_INVALID for files that cannot be read
 */
export async function lockedMember(
  source: Directory,
  path: string,
  extras: readonly string[],
): Promise<LockedMember | undefined> {
  const own = cleanPath(path) || "."
  const root = await lockAbove(source, own)
  if (root === undefined) return undefined
  const file = posix.join(root, uvLockFile)
  const text = await source.file(file).contents()
  const member = posix.relative(root, own)
  const found = memberIn(text, file, member)
  if (found === undefined) return undefined
  const manifest = posix.join(root, "pyproject.toml")
  const { groups, tools } = pyprojectIn(await source.file(manifest).contents(), manifest)
  return {
    workspace: { root, member, ...found, groups, tools },
    locked: uvLockedMember(text, file, { member, extras }),
  }
}
