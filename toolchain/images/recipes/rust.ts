import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { searchPath } from "./common.ts"

/**
 * Debian's newest Rust: `rustc` itself is years older. It has no Clippy. A static C library comes with the development files
 * of the C library, which the compiler depends on.
 */
export const rustSet: DebianSet = {
  name: "rust",
  packages: ["rustc-web", "cargo-web", "rustfmt-web", "gcc", "libc6-dev", "git"],
}

/** Components in Rust are checked and compiled in it. */
export const rust: Recipe = {
  name: "rust",
  version: versions.rust,
  description: "Rust with Cargo, rustfmt and a C compiler on Debian",
  source: "https://www.rust-lang.org",
  licenses: "(MIT OR Apache-2.0) AND LicenseRef-Debian",
  content: [{ debian: rustSet.name }],
  env: { PATH: searchPath },
  command: ["cargo"],
  compression: 1,
}
