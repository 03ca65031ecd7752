import { createReadStream } from "node:fs"
import { type IncomingHttpHeaders, request } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { blobPath, type Descriptor, imageOf, type Manifest, mediaTypes, readBlob } from "./layout.ts"

export interface PushTarget {
  /** `host:port`; plain HTTP, as the registry on the toolchain's own address speaks it. */
  readonly registry: string
  /** `signalbox/node`. */
  readonly repository: string
  readonly tag: string
}

export interface PushResult {
  readonly digest: string
  /** `false`: the tag already named this digest. */
  readonly pushed: boolean
}

/**
 * Brings an image into a registry: blobs that are missing, then the manifest under its tag. Of an index, the images that it names first,
 * by their digests.
 * A tag that already names the digest is left alone, with all its blobs.
 * @throws Error with the registry's status and text where it refuses
 */
export async function pushImage(layout: string, target: PushTarget): Promise<PushResult> {
  const image = await imageOf(layout)
  const base = `http://${target.registry}/v2/${target.repository}`
  const manifestUrl = `${base}/manifests/${target.tag}`
  const present = await call("HEAD", manifestUrl, { headers: { accept: image.mediaType } })
  if (present.status === 200 && present.headers["docker-content-digest"] === image.digest) {
    return { digest: image.digest, pushed: false }
  }
  for (const one of await namedBy(layout, image)) await pushManifest(layout, base, one, one.digest)
  await pushManifest(layout, base, image, target.tag)
  return { digest: image.digest, pushed: true }
}

/** The images of an index; none of an image by itself. */
async function namedBy(layout: string, { digest, mediaType }: Descriptor): Promise<readonly Descriptor[]> {
  if (mediaType !== mediaTypes.index) return []
  const { manifests } = JSON.parse((await readBlob(layout, digest)).toString()) as { manifests: Descriptor[] }
  return manifests
}

async function pushManifest(
  layout: string,
  base: string,
  image: Descriptor,
  reference: string,
): Promise<void> {
  const bytes = await readBlob(layout, image.digest)
  if (image.mediaType !== mediaTypes.index) {
    const manifest = JSON.parse(bytes.toString()) as Manifest
    for (const blob of [...manifest.layers, manifest.config]) await pushBlob(layout, base, blob)
  }
  const url = `${base}/manifests/${reference}`
  expect(201, await call("PUT", url, { headers: { "content-type": image.mediaType }, body: bytes }), url)
}

async function pushBlob(layout: string, base: string, blob: Descriptor): Promise<void> {
  const present = await call("HEAD", `${base}/blobs/${blob.digest}`)
  if (present.status === 200) return
  const start = `${base}/blobs/uploads/`
  const opened = expect(202, await call("POST", start), start)
  const location = new URL(opened.headers.location ?? "", start)
  location.searchParams.set("digest", blob.digest)
  const body = createReadStream(blobPath(layout, blob.digest))
  const headers = { "content-type": "application/octet-stream", "content-length": String(blob.size) }
  expect(201, await call("PUT", location.href, { headers, body }), location.href)
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

function expect(status: number, answer: Answer, url: string): Answer {
  if (answer.status !== status) throw new Error(`${url}: HTTP ${answer.status} ${answer.text.slice(0, 300)}`)
  return answer
}

async function call(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: Buffer | Readable } = {},
): Promise<Answer> {
  const sending = request(url, { method, headers: options.headers ?? {}, timeout: 60_000 })
  sending.on("timeout", () => sending.destroy(new Error(`${url}: no answer for 60 s`)))
  const answered = new Promise<Answer>((resolve, reject) => {
    sending.on("error", reject)
    sending.on("response", (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
  })
  const body = options.body
  const sent = body instanceof Readable ? pipeline(body, sending) : Promise.resolve(sending.end(body))
  const [answer] = await Promise.all([answered, sent])
  return answer
}
