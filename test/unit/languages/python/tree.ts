import { posix } from "node:path"
import { type Directory, type DirectoryExistsOpts, ExistsType } from "@dagger.io/dagger"
import { namedBy } from "../../../../src/toolbox/selection.ts"

/** A source tree by the text of its files, as far as the language reads one: what the engine does with it is not told here. */
export function tree(files: Readonly<Record<string, string>>): Directory {
  const paths = Object.keys(files)
  const below = (path: string) => {
    const start = path === "." ? "" : `${path}/`
    return Object.fromEntries(
      paths.filter((one) => one.startsWith(start)).map((one) => [one.slice(start.length), files[one] ?? ""]),
    )
  }
  const directories = () => new Set(paths.flatMap((one) => parentsOf(one)))
  return {
    entries: async () => [...new Set(paths.map((one) => one.replace(/\/.*$/, "/")))],
    // None of them is a symbolic link.
    exists: async (path: string, { expectedType }: DirectoryExistsOpts = {}) =>
      expectedType !== ExistsType.SymlinkType &&
      (path in files || directories().has(path.replace(/\/$/, ""))),
    file: (path: string) => ({
      contents: async () => {
        const text = files[path]
        if (text === undefined) throw new Error(`no such file: ${path}`)
        return text
      },
    }),
    directory: (path: string) => tree(below(path)),
    glob: async (pattern: string) => (pattern === "**" ? paths : paths.filter(namedBy([pattern]))),
  } as unknown as Directory
}

function parentsOf(path: string): readonly string[] {
  const parent = posix.dirname(path)
  return parent === "." ? [] : [parent, ...parentsOf(parent)]
}
