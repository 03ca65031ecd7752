import { createHash } from "node:crypto"
import { network } from "../../../toolchain/network.ts"

/** Images or evidence, byte for byte as they lie in a repository of the registry. */
export interface Artifacts {
  readonly repository: string
  /** tag -> manifest. */
  readonly manifests: Readonly<Record<string, string>>
  /** digest -> base64. */
  readonly blobs: Readonly<Record<string, string>>
}

interface Descriptor {
  readonly digest: string
}

interface Manifest {
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

const registry = `http://${network.registry}/v2`
const mediaType = "application/vnd.oci.image.manifest.v1+json"

export async function push({ repository, manifests, blobs }: Artifacts): Promise<void> {
  for (const [digest, text] of Object.entries(blobs))
    await upload(repository, digest, Buffer.from(text, "base64"))
  for (const [tag, body] of Object.entries(manifests))
    await answered(`${repository}/manifests/${tag}`, {
      method: "PUT",
      headers: { "content-type": mediaType },
      body,
    })
}

export async function pull(repository: string, tags: readonly string[]): Promise<Artifacts> {
  const manifests: Record<string, string> = {}
  const blobs: Record<string, string> = {}
  for (const tag of tags) {
    const answer = await answered(`${repository}/manifests/${tag}`, { headers: { accept: mediaType } })
    const text = await answer.text()
    manifests[tag] = text
    const { config, layers } = JSON.parse(text) as Manifest
    for (const { digest } of [config, ...layers]) {
      const blob = await answered(`${repository}/blobs/${digest}`)
      blobs[digest] = Buffer.from(await blob.arrayBuffer()).toString("base64")
    }
  }
  return { repository, manifests, blobs }
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`
}

async function upload(repository: string, digest: string, content: Buffer): Promise<void> {
  const opened = await answered(`${repository}/blobs/uploads/`, { method: "POST" })
  const location = new URL(opened.headers.get("location") ?? "", registry)
  location.searchParams.set("digest", digest)
  await answered(location, { method: "PUT", body: new Uint8Array(content) })
}

async function answered(path: string | URL, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(typeof path === "string" ? `${registry}/${path}` : path, init)
  if (!answer.ok) throw new Error(`${answer.url}: HTTP ${answer.status} ${await answer.text()}`)
  return answer
}
