import { z } from "zod"
import { digest } from "../../config/schema/primitives.ts"
import { canonicalJson, sha256, toJson } from "../../domain/index.ts"

export const manifestMediaType = "application/vnd.oci.image.manifest.v1+json"
/** Media types of an image index: images for several platforms. */
export const indexMediaTypes: readonly string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]
/** Media types of every document that describes an image. */
export const documentMediaTypes: readonly string[] = [
  ...indexMediaTypes,
  manifestMediaType,
  "application/vnd.docker.distribution.manifest.v2+json",
]
export const emptyConfig = new TextEncoder().encode("{}")
/** Descriptor of `emptyConfig`: an artifact has no configuration. */
export const emptyDescriptor = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: sha256(emptyConfig),
  size: emptyConfig.length,
}

export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
})

/** A descriptor in the list of what refers to an image (OCI distribution-spec 1.1, referrers). */
const referrerSchema = descriptorSchema.extend({ artifactType: z.string().optional() })
export type Referrer = z.infer<typeof referrerSchema>

/** An image index, as far as it lists referrers. */
export const referrersSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(referrerSchema) })

/** Canonical text of an index of referrers. */
export function referrersText(manifests: readonly Referrer[]): string {
  return canonicalJson(toJson({ schemaVersion: 2, mediaType: indexMediaTypes[0], manifests }))
}

/** OCI image-spec 1.1 image manifest: the fields that are read here. */
export const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  annotations: z.record(z.string(), z.string()).optional(),
})

export type Manifest = z.infer<typeof manifestSchema>
export type Descriptor = z.infer<typeof descriptorSchema>

/**
 * Canonical text of an artifact manifest: equal files have equal digests.
 * @param subject the image that it is about. Default: none.
 */
export function manifestText(
  artifactType: string,
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
  subject?: Descriptor,
): string {
  return canonicalJson(
    toJson({
      ...{ schemaVersion: 2, mediaType: manifestMediaType, artifactType, config, layers, annotations },
      ...(subject === undefined ? {} : { subject }),
    }),
  )
}
