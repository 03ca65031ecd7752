import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Digest, parseDigest, SignalboxError, sha256 } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import { manifestSchema } from "../registry/manifest.ts"

/**
 * Pushes the image in an OCI layout: missing layers first, then the configuration, then the manifest, so that an
 * interrupted push leaves no tag behind. The digest is the layout's own, equal in every registry.
 * @throws STATE_DAMAGED when a blob of the layout does not match its digest, REGISTRY_UNREACHABLE
 */
export async function pushLayout(
  client: RegistryClient,
  layout: string,
  target: { readonly registry: string; readonly repository: string; readonly tag: string },
): Promise<Digest> {
  const index: { manifests?: { digest?: string }[] } = JSON.parse(
    await readFile(join(layout, "index.json"), "utf8"),
  )
  const digest = parseDigest(index.manifests?.[0]?.digest ?? "")
  const text = (await blob(layout, digest)).toString("utf8")
  const manifest = manifestSchema.parse(JSON.parse(text))
  const { registry, repository, tag } = target
  for (const { digest: part } of [...manifest.layers, manifest.config])
    await client.putBlob(repository, await blob(layout, part))
  return client.putManifest({ registry, repository, reference: tag }, text)
}

async function blob(layout: string, digest: Digest): Promise<Buffer> {
  const content = await readFile(join(layout, "blobs", digest.replace(":", "/")))
  if (sha256(content) === digest) return content
  throw new SignalboxError("STATE_DAMAGED", {
    what: `a blob of the image does not match its digest ${digest}`,
  })
}
