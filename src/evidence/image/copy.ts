import { z } from "zod"
import { type Digest, type ImageRef, SignalboxError } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import { descriptorSchema, indexMediaTypes, manifestSchema } from "../registry/manifest.ts"

/** Several images under one name; each may be one for a platform, or what somebody attests of one. */
const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptorSchema) })

/** Where an image is copied from: `repository` is without the registry, which the client knows. */
export interface CopySource {
  readonly client: RegistryClient
  readonly image: ImageRef
}

/** Where to, and under which tag. */
export interface CopyTarget {
  readonly client: RegistryClient
  readonly registry: string
  readonly repository: string
  readonly tag: string
}

/**
 * Copies an image as it is, bit by bit, so that it keeps its digest: of one for several platforms all of them, since an
 * index names them by their digests. First what is named, then what names it, so that a copy that is cut off leaves no
 * tag behind.
 * @throws REGISTRY_UNREACHABLE, also where the image is not there; OUTPUT_UNREADABLE for what is no image.
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

/** Copies what a manifest or an index names, and gives the document itself. */
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
    what: "the image to copy is not in its registry, or nobody may read it there",
    where: `${repository}@${digest}`,
    next: "correct image in signalbox.yaml; of the registries, only the project's own is asked with --registry-token",
  })
}

function unknown(repository: string, digest: Digest, seen: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", {
    what: "what the registry has under the digest is no image that can be copied",
    where: `${repository}@${digest}`,
    why: seen,
    next: "name an image or an index of images, in the form of OCI or of Docker's schema 2",
  })
}
