import { posix } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
import type { SourceTree } from "../detected.ts"
import { type LockPlace, lockPlaceOf, type Tree } from "./lock-place.ts"
import { managerOf } from "./managers/chosen.ts"
import { isMember } from "./workspace.ts"

/** A source tree as lock files are looked for in it; what several components ask for is read once. */
export function lockTreeOf({ paths, read }: SourceTree): Tree {
  const byDirectory = Map.groupBy(paths, (path) => posix.dirname(path))
  const texts = new Map<string, Promise<string>>()
  return {
    names: async (directory) => (byDirectory.get(directory) ?? []).map((path) => posix.basename(path)),
    read(file) {
      const text = texts.get(file) ?? read(file)
      texts.set(file, text)
      return text
    },
  }
}

/** The lock file of a directory, or why no component can be built by one. */
export async function lockFor(tree: Tree, path: string): Promise<LockPlace | string> {
  try {
    const place = await lockPlaceOf(tree, path, path === "." ? "the source root" : path)
    const file = posix.join(place.root, place.lockFile)
    managerOf(place.lockFile, await tree.read(file), place.named, file)
    return place
  } catch (thrown) {
    if (!(thrown instanceof SignalboxError) || thrown.code !== "CONFIG_INVALID") throw thrown
    return thrown.detail.what
  }
}

/** Whether a file of the root of a workspace lies in one of its members: that is another component. */
export function isOfMember(file: string, { patterns }: LockPlace): boolean {
  const directories = file.split("/").slice(0, -1)
  return directories.some((_, index) => {
    const directory = directories.slice(0, index + 1).join("/")
    return isMember(directory, patterns)
  })
}
