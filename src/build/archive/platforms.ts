/** What names an image of several platforms: an index of one image for each of them. */
import { blobPath, canonical, type Descriptor, describe, indexType } from "./normalise.ts"

/** An image of one platform, by its manifest. */
export interface IndexEntry {
  /** `linux/amd64` */
  readonly platform: string
  readonly manifest: Descriptor
}

/** An index, and its place in an OCI layout beside the images that it names. */
export interface ImageIndex {
  /** What a release names: whoever pulls it gets the image of the own platform. */
  readonly digest: string
  /** Content by path in an OCI layout. */
  readonly documents: ReadonlyMap<string, string>
}

/** Equal images give an equal index, in whichever order they were built. */
export function imageIndex(entries: readonly IndexEntry[]): ImageIndex {
  const sorted = [...entries].sort((a, b) => (a.platform < b.platform ? -1 : 1))
  const text = canonical({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: sorted.map(({ platform, manifest: { mediaType, digest, size } }) => {
      const [os, architecture] = platform.split("/")
      return { mediaType, digest, size, platform: { os, architecture } }
    }),
  })
  const index = { mediaType: indexType, ...describe(text) }
  const top = canonical({ schemaVersion: 2, mediaType: indexType, manifests: [index] })
  return {
    digest: index.digest,
    documents: new Map([
      ["index.json", top],
      [blobPath(index.digest), text],
    ]),
  }
}
