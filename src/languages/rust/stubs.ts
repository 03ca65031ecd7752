import { posix } from "node:path"
import { type Directory, dag } from "@dagger.io/dagger"
import { lockFile, type Request, type RustProject } from "./project.ts"

/** Settings of Cargo and of its toolchain that a build reads, relative to the component. */
const settings = /^(?:\.cargo\/config(?:\.toml)?)$/

/** The first files of a program, a library and a build script, at the places where Cargo looks for them. */
const usual = /^(?:build\.rs|src\/(?:main|lib)\.rs|src\/bin\/(?:[^/]+\.rs|[^/]+\/main\.rs))$/

/**
 * A component as far as Cargo needs it to know its packages: manifests, lock file and settings, and in place of each first
 * file of a target one that does nothing. What is fetched and compiled from it depends on nothing else, so that changed
 * sources fetch and compile no package again.
 */
export function stubsOf(
  { component, source }: Request,
  project: RustProject,
  allPaths: readonly string[],
): Directory {
  const directory = source.directory(component.path)
  const kept = [
    ...project.manifests.map(({ file }) => file),
    lockFile,
    ...allPaths.filter((path) => settings.test(path)),
  ]
  const withFiles = kept.reduce((all, path) => all.withFile(path, directory.file(path)), dag.directory())
  return stubPaths(project).reduce((all, path) => all.withNewFile(path, stub(path)), withFiles)
}

/** Files that a manifest names, or that Cargo looks for, among those that are there. */
export function stubPaths({ manifests, paths }: Pick<RustProject, "manifests" | "paths">): readonly string[] {
  const there = new Set(paths)
  const found = manifests.flatMap(({ file, namedFiles }) => {
    const own = posix.dirname(file)
    return [
      ...paths.filter((path) => usual.test(posix.relative(own, path))),
      ...namedFiles.filter((path) => there.has(path)),
    ]
  })
  return [...new Set(found)].sort()
}

/** A library may be any file: only programs need a beginning, and in a library it is unused. */
function stub(path: string): string {
  return posix.basename(path) === "lib.rs" ? "" : "#[allow(dead_code)]\nfn main() {}\n"
}
