import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import { descriptorSchema, indexMediaTypes, manifestSchema } from "../registry/manifest.ts"

interface Target {
  readonly registry: string
  readonly repository: string
  readonly tag: string
}

/**
 * Pushes the image in an OCI layout: missing layers first, then the configuration, then the manifest, so that an
 * interrupted push leaves no tag behind; of an index, each of its images in this way, and the tag last. The digest is the
 * layout's own, equal in every registry.
 * @throws STATE_DAMAGED when a blob of the layout does not match its digest, REGISTRY_UNREACHABLE
 */
export async function pushLayout(client: RegistryClient, layout: string, target: Target): Promise<Digest> {
  const { registry, repository, tag } = target
  const [top] = layoutSchema.parse(JSON.parse(await readFile(join(layout, "index.json"), "utf8"))).manifests
  const text = (await blob(layout, top.digest)).toString("utf8")
  const place = { registry, repository, reference: tag }
  if (!indexMediaTypes.includes(top.mediaType)) {
    await pushBlobs(client, layout, repository, text)
    return client.putManifest(place, text)
  }
  for (const { digest } of indexSchema.parse(JSON.parse(text)).manifests) {
    const manifest = (await blob(layout, digest)).toString("utf8")
    await pushBlobs(client, layout, repository, manifest)
    await client.putManifest({ ...place, reference: digest }, manifest)
  }
  return client.putManifest(place, text, top.mediaType)
}

const indexSchema = z.object({ manifests: z.array(descriptorSchema).min(1) })
const layoutSchema = z.object({ manifests: z.tuple([descriptorSchema]) })

async function pushBlobs(
  client: RegistryClient,
  layout: string,
  repository: string,
  text: string,
): Promise<void> {
  const manifest = manifestSchema.parse(JSON.parse(text))
  for (const { digest: part } of [...manifest.layers, manifest.config])
    await client.putBlob(repository, await blob(layout, part))
}

async function blob(layout: string, digest: Digest): Promise<Buffer> {
  const content = await readFile(join(layout, "blobs", digest.replace(":", "/")))
  if (sha256(content) === digest) return content
  throw new SignalboxError("STATE_DAMAGED", {
    what: `a blob of the image does not match its digest ${digest}`,
  })
}
