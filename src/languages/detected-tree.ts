import type { SourceTree } from "./detected.ts"

/** Directories whose content somebody else has written: never a component. */
const foreign = ["node_modules", "bower_components", "vendor", "third_party"]
/** What tests are made of looks like an application, and is none. */
const tests = ["test", "tests", "__tests__", "e2e", "fixtures", "__fixtures__", "testdata", "spec", "specs"]
/**
 * What shows how something is used: a component only where there is nothing else. Not below `src`, where such a name is that
 * of a package: com.example.demo.
 */
const shown = [
  ...["example", "examples", "sample", "samples", "demo", "demos", "doc", "docs"],
  ...["template", "templates", "benchmark", "benchmarks", "bench", "playground"],
]

/** Files by which one or another language might recognise a component. */
const manifest =
  /(?:^|\/)(?:Dockerfile|package\.json|pyproject\.toml|requirements\.txt|pom\.xml|build\.gradle(?:\.kts)?|go\.mod|Cargo\.toml)$/

/** A tree as it is looked into. */
interface OwnTree {
  readonly own: SourceTree
  /** Directories that were not looked into, and in which there may be a component. */
  readonly notLookedInto: readonly string[]
}

/** The project's own files; then, for whoever finds nothing in them, those of its examples and documentation as well. */
export function ownTrees(tree: SourceTree): readonly OwnTree[] {
  const narrow = without(tree, [...foreign, ...tests], shown)
  const wide = without(tree, [...foreign, ...tests], [])
  return narrow.own.paths.length === wide.own.paths.length ? [narrow] : [narrow, wide]
}

/** A tree without what somebody else has written, and without tests. */
export function withoutForeign(tree: SourceTree): SourceTree {
  return without(tree, [...foreign, ...tests], []).own
}

/** @param aboveSources names that count only outside of `src`. */
function without(tree: SourceTree, names: readonly string[], aboveSources: readonly string[]): OwnTree {
  const left = new Set<string>()
  const paths = tree.paths.filter((path) => {
    const directories = path.split("/").slice(0, -1)
    const sources = directories.indexOf("src")
    const at = directories.findIndex(
      (name, index) =>
        // `.github`, `.devcontainer`: settings of tools, none of them the application's.
        name.startsWith(".") ||
        names.includes(name.toLowerCase()) ||
        (aboveSources.includes(name.toLowerCase()) && (sources < 0 || index < sources)),
    )
    if (at < 0) return true
    if (!(directories[at] ?? "").startsWith(".") && manifest.test(path))
      left.add(directories.slice(0, at + 1).join("/"))
    return false
  })
  const everything = tree.everything ?? tree.paths
  return {
    own: { ...tree, paths, everything, read: (path) => tree.read(path) },
    notLookedInto: [...left].sort(),
  }
}
