import { type Directory, ExistsType } from "@dagger.io/dagger"

/** Whether a path of a tree is a symbolic link, or leads over one: then it changes where other paths do. */
export async function isLinked(tree: Directory, path: string): Promise<boolean> {
  const names = path.split("/").filter((name) => name !== "" && name !== ".")
  const options = { expectedType: ExistsType.SymlinkType, doNotFollowSymlinks: true }
  const links = await Promise.all(
    names.map((_, index) => tree.exists(names.slice(0, index + 1).join("/"), options)),
  )
  return links.includes(true)
}
