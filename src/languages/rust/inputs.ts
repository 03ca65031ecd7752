import { posix } from "node:path"
import type { RustProject } from "./project.ts"

/**
 * The files of a component's directory that its program is built from: its source, without what these lists name.
 * docs/go-and-rust.md has them. Everything else may change the result, because a Rust file may include any other.
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
