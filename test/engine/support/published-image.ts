import { readFile } from "node:fs/promises"
import { type Digest, parseDigest, sha256 } from "../../../src/domain/index.ts"
import { copyImage } from "../../../src/evidence/image/copy.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { parseToolbox } from "../../../src/toolbox/parse.ts"
import { findTool } from "../../../src/toolbox/reference.ts"
import { network } from "../../../toolchain/network.ts"
import { paths } from "../../../toolchain/paths.ts"

const indexType = "application/vnd.oci.image.index.v1+json"
const client = () => new RegistryClient(network.registry, { insecure: true })

/** An index of one image for two platforms, as somebody else has published it: the second is the first under another name. */
export async function publishIndex(repository: string): Promise<Digest> {
  const { image, digest } = findTool(
    parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox.yaml"),
    "node",
  )
  const source = image.slice(image.indexOf("/") + 1, image.lastIndexOf(":"))
  const from = { client: client(), image: { repository: source, digest: parseDigest(digest) } }
  const to = { client: client(), registry: network.registry, repository }
  const first = await copyImage(from, { ...to, tag: "amd64" })
  const document = await documentOf(repository, first)
  const { config, ...rest } = JSON.parse(document)
  const own = JSON.parse(new TextDecoder().decode(await client().blob(repository, config.digest)))
  const other = Buffer.from(JSON.stringify({ ...own, architecture: "arm64" }))
  await client().putBlob(repository, other)
  const otherConfig = { ...config, digest: sha256(other), size: other.length }
  const arm64 = JSON.stringify({ ...rest, config: otherConfig })
  const place = { registry: network.registry, repository }
  const second = await client().putManifest({ ...place, reference: "arm64" }, arm64)
  const entry = (digestOf: Digest, text: string, architecture: string) => ({
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: digestOf,
    size: Buffer.byteLength(text),
    platform: { os: "linux", architecture },
  })
  const manifests = [entry(second, arm64, "arm64"), entry(first, document, "amd64")]
  const index = `${JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }, null, 2)}\n`
  return client().putManifest({ ...place, reference: "both" }, index, indexType)
}

/** Manifest or index as the registry has it. */
export async function documentOf(repository: string, digest: Digest): Promise<string> {
  const found = await client().document(repository, digest)
  if (found === undefined) throw new Error(`the registry has no ${repository}@${digest}`)
  return new TextDecoder().decode(found.text)
}
