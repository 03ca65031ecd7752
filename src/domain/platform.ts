/** Platforms that images are built for, in the order in which an index names them. */
export const platformNames = ["linux/amd64", "linux/arm64"] as const
export type PlatformName = (typeof platformNames)[number]

/** Those of images that are built elsewhere, too: nothing of them is run for a foreign processor. In the order of their names. */
export const pulledPlatformNames = [
  "linux/386",
  "linux/amd64",
  "linux/arm/v5",
  "linux/arm/v6",
  "linux/arm/v7",
  "linux/arm64",
  "linux/loong64",
  "linux/mips64le",
  "linux/ppc64le",
  "linux/riscv64",
  "linux/s390x",
] as const
export type PulledPlatformName = (typeof pulledPlatformNames)[number]

/** The platform of a component that names none, whatever machine builds it. */
export const platformByDefault: PlatformName = "linux/amd64"
