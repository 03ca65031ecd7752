/**
 * `node main.ts ARCHIVE OUT`: rewrites the OCI archive of an image so that equal content has an equal digest, wherever
 * and whenever it was built. Writes OUT/image.tar and OUT/facts.json. No dependencies: any Node image runs it.
 */
import { createWriteStream, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type ArchiveFacts, factsOf } from "./facts.ts"
import { blobPath, type ImageConfig, type Manifest, type Normalised, normaliseImage } from "./normalise.ts"
import { readMember, streamMember, tarEnd, tarHeader, tarMembers, tarPadding } from "./tar.ts"

export async function rewriteArchive(archive: string, out: string): Promise<ArchiveFacts> {
  const file = await open(archive, "r")
  try {
    const members = await tarMembers(file)
    const member = (name: string) => members.get(name) ?? fail(`the archive has no ${name}`)
    const json = async (name: string) => JSON.parse((await readMember(file, member(name))).toString("utf8"))
    const [top] = (await json("index.json")).manifests ?? []
    if (top === undefined) fail("the archive names no image")
    const manifest: Manifest = await json(blobPath(top.digest))
    const config: ImageConfig = await json(blobPath(manifest.config.digest))
    const image = normaliseImage(manifest, config)
    async function* content(): AsyncGenerator<Buffer> {
      for (const [name, text] of image.documents) {
        const bytes = Buffer.from(text)
        yield Buffer.concat([tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)])
      }
      // A layer may occur twice; the archive has it once.
      for (const name of new Set(image.manifest.layers.map(({ digest }) => blobPath(digest)))) {
        const { size } = member(name)
        yield tarHeader(name, size)
        yield* streamMember(archive, member(name)) as AsyncIterable<Buffer>
        yield tarPadding(size)
      }
      yield tarEnd
    }
    await pipeline(Readable.from(content()), createWriteStream(join(out, "image.tar")))
    return factsOf(image satisfies Normalised)
  } finally {
    await file.close()
  }
}

function fail(message: string): never {
  throw new Error(message)
}

if (import.meta.main) {
  const [archive, out] = process.argv.slice(2)
  if (archive === undefined || out === undefined) fail("usage: main.ts ARCHIVE OUT")
  writeFileSync(join(out, "facts.json"), JSON.stringify(await rewriteArchive(archive, out)))
}
