import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"
import { bundleAnnotations, bundleMediaType } from "./bundle.ts"
import type { RegistryClient } from "./client.ts"
import {
  type Descriptor,
  emptyConfig,
  emptyDescriptor,
  indexMediaTypes,
  manifestMediaType,
  manifestText,
  type Referrer,
  referrersText,
} from "./manifest.ts"
import type { Reference } from "./reference.ts"

const envelopeMediaType = "application/vnd.dsse.envelope.v1+json"

/** How often the list under a tag is written again when other calls write it at the same time. */
const attempts = 5

/** A signed statement: the text of its envelope, and what it says about the image. */
export interface AttachedStatement {
  readonly text: string
  readonly predicateType: string
  /** The same as Sigstore bundles. Default: none. */
  readonly bundles?: readonly string[]
}

/** The image that statements are attached to, in its own repository. */
export interface AttachedTo {
  readonly registry: string
  readonly repository: string
  readonly image: Digest
}

/**
 * Attaches statements to an image: as an OCI referrer, listed under the tag `sha256-DIGEST` where the registry has no
 * referrers API, and under the tag at which cosign looks for attestations. Each bundle is a referrer of its own.
 * @throws REGISTRY_UNREACHABLE, also where the image is not in the registry
 */
export async function attachStatements(
  client: RegistryClient,
  { registry, repository, image }: AttachedTo,
  statements: readonly AttachedStatement[],
): Promise<void> {
  const subject = await descriptorOf(client, repository, image)
  const layers = await Promise.all(
    statements.map(async ({ text, predicateType }): Promise<Descriptor> => {
      const digest = await client.putBlob(repository, Buffer.from(text, "utf8"))
      // cosign reads an attestation only where the annotation of a signature is there; that of an attestation is empty.
      const annotations = { predicateType, "dev.cosignproject.cosign/signature": "" }
      return { mediaType: envelopeMediaType, digest, size: Buffer.byteLength(text), annotations }
    }),
  )
  await client.putBlob(repository, emptyConfig)
  const tag = image.replace(":", "-")
  const refer = async (text: string, artifactType: string): Promise<void> => {
    if (await client.putReferrer({ registry, repository }, text)) return
    await listUnderTag(client, { registry, repository, reference: tag }, referrerOf(text, artifactType))
  }
  await refer(manifestText(envelopeMediaType, emptyDescriptor, layers, {}, subject), envelopeMediaType)
  // cosign reads referrers that are bundles first, and the tag only where there are none: one after the other, as the
  // list under the tag has no compare-and-swap.
  for (const { bundles = [], predicateType } of statements)
    for (const bundle of bundles) {
      const digest = await client.putBlob(repository, Buffer.from(bundle, "utf8"))
      const layer = { mediaType: bundleMediaType, digest, size: Buffer.byteLength(bundle) }
      const annotations = bundleAnnotations(predicateType)
      await refer(
        manifestText(bundleMediaType, emptyDescriptor, [layer], annotations, subject),
        bundleMediaType,
      )
    }
  await listForCosign(client, { registry, repository, reference: `${tag}.att` }, layers, subject)
}

async function descriptorOf(client: RegistryClient, repository: string, image: Digest): Promise<Descriptor> {
  const found = await client.document(repository, image)
  if (found !== undefined) return { mediaType: found.mediaType, digest: image, size: found.text.length }
  throw new SignalboxError("REGISTRY_UNREACHABLE", {
    what: "the image that a statement is about is not in the registry",
    where: `${repository}@${image}`,
    next: "publish again",
  })
}

function referrerOf(text: string, artifactType: string): Referrer {
  return {
    mediaType: manifestMediaType,
    digest: sha256(text),
    size: Buffer.byteLength(text),
    artifactType,
  }
}

/** A tag has no compare-and-swap: what another call has overwritten is added again. */
async function listUnderTag(client: RegistryClient, ref: Reference, referrer: Referrer): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const listed = (await client.referrersIndex(ref)) ?? []
    if (listed.some(({ digest }) => digest === referrer.digest)) return
    await client.putManifest(ref, referrersText([...listed, referrer]), indexMediaTypes[0])
  }
  const listed = (await client.referrersIndex(ref)) ?? []
  if (listed.some(({ digest }) => digest === referrer.digest)) return
  throw new SignalboxError("REGISTRY_UNREACHABLE", {
    what: "the registry does not keep the list of statements about an image",
    where: `${ref.registry}/${ref.repository}:${ref.reference}`,
    why: `written ${attempts} times, and each time overwritten`,
    next: "call again",
  })
}

async function listForCosign(
  client: RegistryClient,
  ref: Reference,
  layers: readonly Descriptor[],
  subject: Descriptor,
): Promise<void> {
  const earlier = (await client.manifest(ref))?.manifest.layers ?? []
  const all = [
    ...earlier,
    ...layers.filter((layer) => !earlier.some(({ digest }) => digest === layer.digest)),
  ]
  await client.putManifest(ref, manifestText(envelopeMediaType, emptyDescriptor, all, {}, subject))
}
