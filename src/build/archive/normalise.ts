/**
 * What makes an image reproducible: the engine writes the moment at which it made each layer into the image's
 * configuration, so that the same layers have another digest on another engine, or after its cache was emptied. These
 * moments are replaced by one constant; layers are left as they are.
 */
import { createHash } from "node:crypto"

/** 1970-01-01: says "not known", which is the truth about content that does not depend on when it was built. */
export const epoch = "1970-01-01T00:00:00Z"

export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

export interface ImageConfig {
  readonly architecture: string
  readonly os: string
  readonly variant?: string
  readonly config?: {
    readonly User?: string
    readonly ExposedPorts?: Readonly<Record<string, object>>
    readonly Healthcheck?: { readonly Test?: readonly string[] }
    readonly Labels?: Readonly<Record<string, string>>
  }
  readonly history?: readonly { readonly created?: string; readonly created_by?: string }[]
}

export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

/** The small documents of an image, rewritten; `layers` are untouched and named by the manifest. */
export interface Normalised {
  readonly config: ImageConfig
  readonly manifest: Manifest
  /** Digest of the manifest: the image's. */
  readonly digest: string
  /** Content by path in an OCI layout. */
  readonly documents: ReadonlyMap<string, string>
}

export const manifestType = "application/vnd.oci.image.manifest.v1+json"
export const indexType = "application/vnd.oci.image.index.v1+json"

export function normaliseImage(manifest: Manifest, config: ImageConfig): Normalised {
  const timeless = {
    ...config,
    created: epoch,
    ...(config.history === undefined
      ? {}
      : { history: config.history.map((entry) => ({ ...entry, created: epoch })) }),
  }
  const configText = canonical(timeless)
  const newManifest: Manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: manifest.config.mediaType, ...describe(configText) },
    layers: manifest.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  }
  const manifestText = canonical(newManifest)
  const image = { mediaType: manifestType, ...describe(manifestText) }
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [image] }
  const documents = new Map([
    ["oci-layout", canonical({ imageLayoutVersion: "1.0.0" })],
    ["index.json", canonical(index)],
    [blobPath(image.digest), manifestText],
    [blobPath(newManifest.config.digest), configText],
  ])
  return { config: timeless, manifest: newManifest, digest: image.digest, documents }
}

export function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`
}

export function describe(text: string): { digest: string; size: number } {
  return {
    digest: `sha256:${createHash("sha256").update(text).digest("hex")}`,
    size: Buffer.byteLength(text),
  }
}

/** JSON with sorted keys: equal documents have equal digests, whoever wrote them. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
