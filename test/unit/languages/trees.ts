import type { SourceTree } from "../../../src/languages/detected.ts"

/** A source tree of these files, as detection reads it; the toolbox has Node 24.9.0. */
export function treeOf(files: Readonly<Record<string, string | object>>): SourceTree {
  return {
    paths: Object.keys(files),
    read: async (path) => {
      const file = files[path]
      if (file === undefined) throw new Error(`no ${path}`)
      return typeof file === "string" ? file : JSON.stringify(file)
    },
    versionOf: (tool) => (tool === "node" ? "24.9.0" : undefined),
  }
}
