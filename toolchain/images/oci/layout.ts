import { createHash } from "node:crypto"
import { link, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Names a blob by its content, as OCI does. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  /** Bytes. */
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const

/** Path of a blob in a layout directory. */
export const blobPath = (layout: string, digest: string): string =>
  join(layout, "blobs", ...digest.split(":"))

export async function readBlob(layout: string, digest: string): Promise<Buffer> {
  return readFile(blobPath(layout, digest))
}

/** Writes JSON as a blob. Its key order is the object's: callers build objects in one fixed order. */
export async function writeJsonBlob(layout: string, mediaType: string, value: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`
  const path = blobPath(layout, digest)
  await mkdir(join(path, ".."), { recursive: true })
  await writeFile(path, bytes)
  return { mediaType, digest, size: bytes.length }
}

/** Makes the directory a complete OCI layout whose only image is this manifest. */
export async function finishLayout(layout: string, manifest: Descriptor, tag: string): Promise<void> {
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}')
  const annotations = { "org.opencontainers.image.ref.name": tag }
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ ...manifest, annotations }] }
  await writeFile(join(layout, "index.json"), JSON.stringify(index))
}

/** Descriptor of the only image of a layout. */
export async function imageOf(layout: string): Promise<Descriptor> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: Descriptor[] }
  const [image, second] = index.manifests
  if (!image || second) throw new Error(`${layout} holds ${index.manifests.length} images, not one`)
  return image
}

export async function manifestOf(layout: string): Promise<Manifest> {
  return JSON.parse((await readBlob(layout, (await imageOf(layout)).digest)).toString()) as Manifest
}

/** Gives a blob of one layout to another on the same file system without copying it. */
export async function shareBlob(from: string, to: string, digest: string): Promise<void> {
  const path = blobPath(to, digest)
  await mkdir(join(path, ".."), { recursive: true })
  await link(blobPath(from, digest), path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error
  })
}
