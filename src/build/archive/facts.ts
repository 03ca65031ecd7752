import type { Normalised } from "./normalise.ts"

/** What an image says about itself. */
export interface ArchiveFacts {
  readonly digest: string
  /** Sum of the compressed layers, in bytes: what a node pulls. */
  readonly bytes: number
  readonly layers: readonly { readonly digest: string; readonly bytes: number }[]
  /** `linux/amd64`, `linux/arm/v7` */
  readonly platform: string
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly healthcheck: boolean
  readonly labels: Readonly<Record<string, string>>
}

/** Of 32-bit ARM, the variant tells which machine can run it; one that names none is of the seventh. */
export const platformOf = ({ os, architecture, variant = "v7" }: PlatformParts): string =>
  architecture === "arm" ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`

export interface PlatformParts {
  readonly os: string
  readonly architecture: string
  readonly variant?: string | undefined
}

export function factsOf({ digest, manifest, config }: Normalised): ArchiveFacts {
  const layers = manifest.layers.map((layer) => ({ digest: layer.digest, bytes: layer.size }))
  return {
    digest,
    bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
    layers,
    platform: platformOf(config),
    user: config.config?.User ?? "",
    exposedPorts: Object.keys(config.config?.ExposedPorts ?? {}),
    healthcheck: config.config?.Healthcheck?.Test !== undefined,
    labels: config.config?.Labels ?? {},
  }
}
