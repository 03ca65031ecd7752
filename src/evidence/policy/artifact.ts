import { type Digest, SignalboxError, sha256 } from "../../domain/index.ts"
import type { RegistryClient } from "../registry/client.ts"
import {
  type Descriptor,
  emptyConfig,
  emptyDescriptor,
  type Manifest,
  manifestText,
} from "../registry/manifest.ts"

/** Artifact and layer of a shared policy. Never renamed: policies of today are read by later versions. */
const artifactType = "application/vnd.signalbox.policy.v1"
const layerType = "application/vnd.signalbox.policy.v1+yaml"
const fileName = "policy.yaml"

/** A policy is written by hand; anything larger is something else. */
export const maxPolicyBytes = 256 * 1024

/** A repository of a registry. */
interface Place {
  readonly registry: string
  readonly repository: string
}

/**
 * Stores a policy as an artifact with one layer. Equal files have equal digests, so that pushing one again changes nothing.
 * @param tag A tag that is set to it beside its own: each policy has one from its digest, because many registries delete what
 * has no tag, and repositories go on naming earlier policies.
 * @throws CONFIG_INVALID for a file that is too large or no UTF-8; REGISTRY_UNREACHABLE
 */
export async function pushPolicy(
  client: RegistryClient,
  { registry, repository }: Place,
  content: Uint8Array,
  tag?: string,
): Promise<Digest> {
  textOf(content, fileName)
  const layer: Descriptor = {
    mediaType: layerType,
    digest: await client.putBlob(repository, content),
    size: content.length,
    annotations: { "org.opencontainers.image.title": fileName },
  }
  await client.putBlob(repository, emptyConfig)
  const text = manifestText(artifactType, emptyDescriptor, [layer], {})
  const ownTag = sha256(text).replace("sha256:", "policy-")
  for (const reference of tag === undefined ? [ownTag] : [ownTag, tag])
    await client.putManifest({ registry, repository, reference }, text)
  return sha256(text)
}

/**
 * The text of a policy, whose digest is that of its manifest: registry and network can withhold it, and change nothing.
 * @throws REGISTRY_UNREACHABLE, also where the registry has no such artifact; STATE_DAMAGED where it answers with other
 * content; CONFIG_INVALID for an artifact that is no policy.
 */
export async function pullPolicy(
  client: RegistryClient,
  { registry, repository }: Place,
  digest: Digest,
): Promise<string> {
  const where = `${registry}/${repository}@${digest}`
  const found = await client.manifest({ registry, repository, reference: digest })
  if (found === undefined)
    throw new SignalboxError("REGISTRY_UNREACHABLE", {
      what: "the registry has no such policy",
      where,
      next: "publish it there (publish-policy), or name another one: extends in signalbox.yaml",
    })
  const layer = layerOf(found.manifest, where)
  const content = await client.blob(repository, layer.digest)
  if (content.length !== layer.size)
    throw new SignalboxError("STATE_DAMAGED", {
      what: "the policy has another size than its manifest says",
      where,
      why: `the manifest says ${layer.size} bytes, the file has ${content.length}`,
    })
  return textOf(content, where)
}

function layerOf({ artifactType: type, layers }: Manifest, where: string): Descriptor {
  const [layer, ...others] = layers
  if (type !== artifactType)
    throw noPolicy(where, `its artifactType is ${type ?? "not set"}, and not ${artifactType}`)
  if (layer === undefined || others.length > 0)
    throw noPolicy(where, `it has ${layers.length} layers, and not one`)
  if (layer.mediaType !== layerType)
    throw noPolicy(where, `its layer is ${layer.mediaType}, and not ${layerType}`)
  if (layer.size > maxPolicyBytes) throw tooLarge(where, layer.size)
  return layer
}

function textOf(content: Uint8Array, where: string): string {
  if (content.length > maxPolicyBytes) throw tooLarge(where, content.length)
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content)
  } catch (cause) {
    throw noPolicy(where, "it is not UTF-8", cause)
  }
}

function tooLarge(where: string, size: number): SignalboxError {
  return noPolicy(where, `it has ${size} bytes, and a policy at most ${maxPolicyBytes}`)
}

function noPolicy(where: string, why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    "CONFIG_INVALID",
    {
      what: "this is not a shared policy",
      where,
      why,
      next: "name what publish-policy printed: extends in signalbox.yaml",
    },
    { cause },
  )
}
