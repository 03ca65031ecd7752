import { z } from "zod"
import { digest } from "../../config/schema/primitives.ts"
import { canonicalJson, toJson } from "../../domain/index.ts"

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

export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
})

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

/** Canonical text of an artifact manifest: equal files have equal digests. */
export function manifestText(
  artifactType: string,
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): string {
  return canonicalJson(
    toJson({ schemaVersion: 2, mediaType: manifestMediaType, artifactType, config, layers, annotations }),
  )
}
