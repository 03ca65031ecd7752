/**
 * `node main.ts ARCHIVE OUT`: unpacks the OCI archive of an image so that equal content has an equal digest, wherever and
 * whenever it was built. Writes the OCI layout OUT/layout and OUT/facts.json. No dependencies: any Node image runs it.
 */
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { type ArchiveFacts, factsOf } from "./facts.ts"
import { blobPath, type ImageConfig, type Manifest, normaliseImage } from "./normalise.ts"
import { readMember, streamMember, tarMembers } from "./tar.ts"

export async function unpackArchive(archive: string, out: string): Promise<ArchiveFacts> {
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
    const layout = join(out, "layout")
    mkdirSync(join(layout, "blobs", "sha256"), { recursive: true })
    for (const [path, text] of image.documents) writeFileSync(join(layout, path), text)
    for (const path of image.manifest.layers.map(({ digest }) => blobPath(digest)))
      await pipeline(streamMember(archive, member(path)), createWriteStream(join(layout, path)))
    return factsOf(image)
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
  writeFileSync(join(out, "facts.json"), JSON.stringify(await unpackArchive(archive, out)))
}
