import { z } from "zod"
import type { World } from "./stage.ts"

/** A manifest as the registry has it. */
export interface Manifest {
  readonly type: string
  readonly text: string
}

const types = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.artifact.manifest.v1+json"
const tagsSchema = z.object({ tags: z.array(z.string()) })

/** @param repository below the demo's own path, such as `releases`. */
export async function readManifest(world: World, repository: string, tag: string): Promise<Manifest> {
  const response = await fetch(addressOf(world, repository, `manifests/${tag}`), {
    headers: { accept: types },
  })
  if (!response.ok) throw new Error(`${repository}:${tag} cannot be read: ${response.status}`)
  return { type: response.headers.get("content-type") ?? "", text: await response.text() }
}

/** Points a tag at a manifest, as whoever may write to the registry can. */
export async function pointTag(
  world: World,
  repository: string,
  tag: string,
  { type, text }: Manifest,
): Promise<void> {
  const headers = { "content-type": type }
  const address = addressOf(world, repository, `manifests/${tag}`)
  const response = await fetch(address, { method: "PUT", headers, body: text })
  if (!response.ok) throw new Error(`the tag ${repository}:${tag} cannot be moved: ${response.status}`)
}

export async function tagsOf(world: World, repository: string): Promise<readonly string[]> {
  const response = await fetch(addressOf(world, repository, "tags/list"))
  if (!response.ok) throw new Error(`the tags of ${repository} cannot be listed: ${response.status}`)
  return tagsSchema.parse(await response.json()).tags
}

function addressOf({ registry }: World, repository: string, path: string): string {
  return `http://${registry.address}/v2/${registry.prefix}/intelligent-agent/${repository}/${path}`
}
