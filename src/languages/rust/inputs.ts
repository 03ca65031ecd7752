import { posix } from "node:path"
import type { RustProject } from "./project.ts"

/**
 * The files of a component's directory that its program is built from: its source, without what these lists name. README.md
 * has them. Everything else may change the result, because a Rust file may include any other.
 */

/** Never part of any input: what Cargo left behind, and files that hold credentials. */
export const neverInput: readonly string[] = [
  ...[
    "**/.git",
    "**/.DS_Store",
    "**/node_modules",
    "target",
    ".cargo/credentials",
    ".cargo/credentials.toml",
  ],
]

const notForBuild: readonly string[] = [
  ...["rustfmt.toml", ".rustfmt.toml", "clippy.toml", ".clippy.toml", "deny.toml", ".editorconfig"],
  ...[".gitignore", ".dockerignore", ".idea", ".vscode", ".github", "Dockerfile*", "README*", "CHANGELOG*"],
]

/** Not needed by a build, but by gates: a change to a test or a README compiles nothing. */
export function leftOutOf({ manifests }: Pick<RustProject, "manifests">): readonly string[] {
  const tests = manifests.flatMap(({ file }) =>
    ["tests", "benches"].map((name) => posix.join(posix.dirname(file), name)),
  )
  return [...notForBuild, ...tests]
}

/** Paths without those below another one of them, each once; a directory ends with a slash. */
export function outermost(paths: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const path of [...new Set(paths)].sort())
    if (!kept.some((one) => one.endsWith("/") && path.startsWith(one))) kept.push(path)
  return kept
}
