import { z } from "zod"
import { type Digest, SignalboxError } from "../../domain/index.ts"
import { descriptorSchema, indexMediaTypes } from "../registry/manifest.ts"
import type { CopySource } from "./copy.ts"

const index = z.object({
  manifests: z.array(
    descriptorSchema.extend({
      platform: z
        .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
        .optional()
        // Whatever else stands there names no platform that anybody has judged.
        .catch(undefined),
    }),
  ),
})

type Entry = z.output<typeof index>["manifests"][number]

/** As `ArchiveFacts` names it, which says what was judged. */
function platformOf({ platform }: Entry): string {
  if (platform === undefined) return "a platform that is not named"
  const { os, architecture, variant = "v7" } = platform
  return architecture === "arm" ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`
}

/** What is said about images stands beside them, for no platform: builders' provenance and lists of packages. */
const isImage = ({ platform }: Entry): boolean =>
  platform?.os !== "unknown" || platform.architecture !== "unknown"

/**
 * The manifests of an index by their platforms, which have to be those that the gates have looked at: it is copied whole, and whoever pulls it gets
 * the image of his own platform. Undefined for an image that is no index.
 * @throws CONFIG_INVALID
 */
export async function judgedManifests(
  { client, image: { repository, digest } }: CopySource,
  judged: readonly string[],
): Promise<Readonly<Record<string, Digest>> | undefined> {
  const document = await client.document(repository, digest)
  // What is not there, or no image, the copy tells.
  if (document === undefined || !indexMediaTypes.includes(document.mediaType)) return undefined
  const read = readIndex(document.text)
  if (read === undefined) return undefined
  const manifests = read.manifests.filter(isImage).map((one) => [platformOf(one), one.digest] as const)
  const there = manifests.map(([platform]) => platform)
  const unjudged = there.filter((platform) => !judged.includes(platform))
  if (unjudged.length > 0)
    throw refused(
      `${repository}@${digest}`,
      `the image is an index with ${unjudged.join(", ")}, of which nothing was judged: that was ${judged.join(", ")}`,
    )
  const twice = there.find((platform, at) => there.indexOf(platform) !== at)
  if (twice !== undefined)
    throw refused(`${repository}@${digest}`, `the image is an index with two images for ${twice}`)
  const gone = judged.filter((platform) => !there.includes(platform))
  if (gone.length > 0)
    throw refused(
      `${repository}@${digest}`,
      `the image is an index without ${gone.join(", ")}, which was judged`,
    )
  return Object.fromEntries(manifests)
}

function readIndex(text: Uint8Array): z.output<typeof index> | undefined {
  try {
    return index.safeParse(JSON.parse(new TextDecoder().decode(text))).data
  } catch {
    return undefined
  }
}

function refused(where: string, what: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what,
    where,
    why: "an index is published whole, and whoever pulls it gets the image of his own platform",
    next: "name all of its platforms in signalbox.yaml (components.NAME.platforms), or the image by the digest of one platform's manifest",
  })
}
