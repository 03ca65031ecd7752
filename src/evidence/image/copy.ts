import { z } from "zod"
import { type Digest, type ImageRef, SignalboxError } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import { descriptorSchema, indexMediaTypes, manifestSchema } from "../registry/manifest.ts"

/** An image index: images for several platforms, and attestations about them. */
const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptorSchema) })

/** The image to copy; its `repository` is without the registry's host, which the client has. */
export interface CopySource {
  readonly client: RegistryClient
  readonly image: ImageRef
}

/** Where the copy is stored, and under which tag. */
export interface CopyTarget {
  readonly client: RegistryClient
  readonly registry: string
  readonly repository: string
  readonly tag: string
}

/**
 * Copies an image unchanged, so that it keeps its digest, with all platforms of an index, which names them by digest.
 * Blobs come first and the tag last, so that an interrupted copy leaves no tag behind.
 * @throws REGISTRY_UNREACHABLE, also where the image does not exist; OUTPUT_UNREADABLE where the digest is not an image.
 */
export async function copyImage(from: CopySource, to: CopyTarget): Promise<Digest> {
  const { registry, repository, tag } = to
  const { text, mediaType } = await copyParts(from, to, from.image.digest)
  return to.client.putManifest({ registry, repository, reference: tag }, text, mediaType)
}

interface Document {
  readonly text: Uint8Array
  readonly mediaType: string
}

/** Copies the blobs or images that a manifest or an index names, and returns the document itself. */
async function copyParts(from: CopySource, to: CopyTarget, digest: Digest, depth = 0): Promise<Document> {
  const { repository } = from.image
  const document = await from.client.document(repository, digest)
  if (document === undefined) throw missing(repository, digest)
  if (indexMediaTypes.includes(document.mediaType)) {
    if (depth > 0) throw unknown(repository, digest, "an index in an index")
    for (const part of read(indexSchema, document, repository, digest).manifests) {
      const { text, mediaType } = await copyParts(from, to, part.digest, depth + 1)
      const place = { registry: to.registry, repository: to.repository, reference: part.digest }
      await to.client.putManifest(place, text, mediaType)
    }
    return document
  }
  const manifest = read(manifestSchema, document, repository, digest)
  for (const blob of [...manifest.layers, manifest.config])
    if (!(await to.client.hasBlob(to.repository, blob.digest)))
      await to.client.putBlob(to.repository, await from.client.blob(repository, blob.digest))
  return document
}

function read<S extends z.ZodType>(
  schema: S,
  { text, mediaType }: Document,
  repository: string,
  digest: Digest,
): z.output<S> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(text)))
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause
    throw unknown(repository, digest, mediaType)
  }
}

function missing(repository: string, digest: Digest): SignalboxError {
  return new SignalboxError("REGISTRY_UNREACHABLE", {
    what: "the image to copy does not exist in its registry, or may not be read",
    where: `${repository}@${digest}`,
    next: "correct image in signalbox.yaml; --registry-token is used for the project's own registry only",
  })
}

function unknown(repository: string, digest: Digest, found: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", {
    what: "the registry's content under this digest is not an image that can be copied",
    where: `${repository}@${digest}`,
    why: found,
    next: "name an image or an image index in the format of OCI or of Docker's schema 2",
  })
}
