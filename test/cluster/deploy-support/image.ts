import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import type { Digest } from "../../../src/domain/index.ts"
import { type TarEntry, tarBytes } from "../../../toolchain/images/oci/index.ts"
import { network } from "../../../toolchain/network.ts"

const registry = `http://${network.registry}`
const base = { repository: "signalbox/busybox", tag: "bookworm" }
const manifestType = "application/vnd.oci.image.manifest.v1+json"
const configType = "application/vnd.oci.image.config.v1+json"
const layerType = "application/vnd.oci.image.layer.v1.tar+gzip"

/** A web server of static files with the version baked in, and what is wrong with it. */
export interface TestImage {
  readonly version: string
  /** `good`; `not-smoking`: starts and is ready, answers the smoke test wrongly; `crashing`; `never-ready`. */
  readonly kind: "good" | "not-smoking" | "crashing" | "never-ready"
}

/** Pushes the image on top of busybox. Returns repository and digest, as a release record names them. */
export async function pushTestImage(image: TestImage): Promise<{ repository: string; digest: Digest }> {
  const repository = "signalbox-test/web"
  const below = await manifestOf(base.repository, base.tag)
  const layer = await layerOf(entriesOf(image))
  for (const { digest } of below.layers) await mount(repository, digest, base.repository)
  await upload(repository, layer.packed)
  const config = Buffer.from(JSON.stringify(await configuration(below, layer.diffId, image)))
  await upload(repository, config)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: configType, digest: sha(config), size: config.length },
      layers: [
        ...below.layers,
        { mediaType: layerType, digest: sha(layer.packed), size: layer.packed.length },
      ],
    }),
  )
  await ok(
    fetch(`${registry}/v2/${repository}/manifests/${image.kind}-${image.version}`, {
      method: "PUT",
      headers: { "content-type": manifestType },
      body: manifest,
    }),
  )
  return { repository: `${network.registry}/${repository}`, digest: sha(manifest) }
}

interface Manifest {
  readonly config: { readonly digest: string }
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[]
}

function entriesOf(image: TestImage): readonly TarEntry[] {
  const health = { status: image.kind === "not-smoking" ? "unhealthy" : "healthy", version: image.version }
  const text = (path: string, content: string, mode = 0o644): TarEntry => ({
    type: "file",
    path,
    mode,
    bytes: Buffer.from(content),
  })
  return [
    { type: "directory", path: "www", mode: 0o755 },
    ...(image.kind === "never-ready" ? [] : [text("www/health", JSON.stringify(health))]),
    text("www/alive", "yes"),
    { type: "directory", path: "www/cgi-bin", mode: 0o755 },
    text("www/cgi-bin/busy", "#!/bin/sh\nprintf 'HTTP/1.0 503 Service Unavailable\\r\\n\\r\\nbusy'\n", 0o755),
    text("www/index.html", `<h1>version ${image.version}</h1>`),
  ]
}

/** busybox httpd as PID 1 ignores SIGTERM: a shell in front of it ends at once. */
const serve = "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"

async function configuration(below: Manifest, diffId: string, image: TestImage): Promise<object> {
  const answer = await ok(fetch(`${registry}/v2/${base.repository}/blobs/${below.config.digest}`))
  const config = (await answer.json()) as { rootfs: { diff_ids: string[] }; config?: { Env?: string[] } }
  const command = image.kind === "crashing" ? "echo no database at db.internal; exit 3" : serve
  return {
    architecture: "amd64",
    os: "linux",
    config: {
      Env: config.config?.Env ?? ["PATH=/usr/bin:/bin"],
      Entrypoint: ["sh", "-c", command],
      User: "1001",
    },
    rootfs: { type: "layers", diff_ids: [...config.rootfs.diff_ids, diffId] },
  }
}

async function layerOf(entries: readonly TarEntry[]): Promise<{ packed: Buffer; diffId: string }> {
  const chunks: Buffer[] = []
  for await (const chunk of tarBytes(entries)) chunks.push(chunk)
  const tar = Buffer.concat(chunks)
  return { packed: gzipSync(tar), diffId: sha(tar) }
}

async function manifestOf(repository: string, tag: string): Promise<Manifest> {
  const url = `${registry}/v2/${repository}/manifests/${tag}`
  return (await (await ok(fetch(url, { headers: { accept: manifestType } }))).json()) as Manifest
}

async function mount(repository: string, digest: string, from: string): Promise<void> {
  await ok(
    fetch(`${registry}/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`, { method: "POST" }),
  )
}

async function upload(repository: string, blob: Buffer): Promise<void> {
  const url = `${registry}/v2/${repository}/blobs`
  if ((await fetch(`${url}/${sha(blob)}`, { method: "HEAD" })).ok) return
  const opened = await ok(fetch(`${url}/uploads/`, { method: "POST" }))
  const location = new URL(opened.headers.get("location") ?? "", registry)
  location.searchParams.set("digest", sha(blob))
  await ok(
    fetch(location, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(blob),
    }),
  )
}

async function ok(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.url}: HTTP ${response.status} ${await response.text()}`)
  return response
}

function sha(bytes: Buffer): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`
}
