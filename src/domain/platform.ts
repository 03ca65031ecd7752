/** Platforms that images are built for, in the order in which an index names them. */
export const platformNames = ["linux/amd64", "linux/arm64"] as const
export type PlatformName = (typeof platformNames)[number]

/** The platform of a component that names none, whatever machine builds it. */
export const platformByDefault: PlatformName = "linux/amd64"
