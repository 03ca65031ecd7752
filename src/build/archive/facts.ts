import type { Normalised } from "./normalise.ts"

/** What an image says about itself. */
export interface ArchiveFacts {
  readonly digest: string
  /** Sum of the compressed layers, in bytes: what a node pulls. */
  readonly bytes: number
  readonly layers: readonly { readonly digest: string; readonly bytes: number }[]
  /** `linux/amd64` */
  readonly platform: string
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly healthcheck: boolean
  readonly labels: Readonly<Record<string, string>>
}

export function factsOf({ digest, manifest, config }: Normalised): ArchiveFacts {
  const layers = manifest.layers.map((layer) => ({ digest: layer.digest, bytes: layer.size }))
  return {
    digest,
    bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
    layers,
    platform: `${config.os}/${config.architecture}`,
    user: config.config?.User ?? "",
    exposedPorts: Object.keys(config.config?.ExposedPorts ?? {}),
    healthcheck: config.config?.Healthcheck?.Test !== undefined,
    labels: config.config?.Labels ?? {},
  }
}
