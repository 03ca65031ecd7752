import { versions } from "../../versions.ts"
import { type ForeignSet, filesDirectory } from "../foreign/index.ts"
import type { Recipe } from "../recipe.ts"
import { type DebianSet, debianStepId } from "../rootfs/index.ts"
import { searchPath } from "./common.ts"

/**
 * Debian's newest Rust: `rustc` itself is years older. It has no Clippy. A static C library comes with the development files
 * of the C library, which the compiler depends on.
 */
export const rustSet: DebianSet = {
  name: "rust",
  packages: [
    ...["rustc-web", "cargo-web", "rustfmt-web", "gcc", "libc6-dev", "git"],
    // Links programs for another processor, with that one's C library.
    ...["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
  ],
}

const arm64Library = "usr/lib/rustlib/aarch64-unknown-linux-gnu"

/** Rust's standard library for another processor: Debian has it as a package of that processor alone. */
export const rustArm64Set: ForeignSet = {
  name: "rust-arm64",
  architecture: "arm64",
  packages: ["libstd-rust-web-dev"],
  collect: { programs: [], files: [`/${arm64Library}`] },
}

/** Components in Rust are checked and compiled in it. */
export const rust: Recipe = {
  name: "rust",
  version: versions.rust,
  description: "Rust with Cargo, rustfmt and C compilers on Debian, for two processors",
  source: "https://www.rust-lang.org",
  licenses: "(MIT OR Apache-2.0) AND LicenseRef-Debian",
  content: [
    { debian: rustSet.name },
    {
      ...{ step: debianStepId(rustArm64Set.name), directory: `${filesDirectory}/${arm64Library}` },
      to: arm64Library,
    },
  ],
  env: { PATH: searchPath },
  command: ["cargo"],
  compression: 1,
}
