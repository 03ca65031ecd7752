import { SignalboxError } from "../../domain/index.ts"

/** An image or artifact name, split as the OCI distribution-spec defines it. */
export interface Reference {
  /** `host[:port]` of the registry. */
  readonly registry: string
  readonly repository: string
  /** A tag or a digest. */
  readonly reference: string
}

const repositoryPattern =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Reads `registry/repository:tag` or `…@sha256:…`. @throws USAGE when it is neither. */
export function parseReference(text: string): Reference {
  const slash = text.indexOf("/")
  const registry = text.slice(0, Math.max(slash, 0))
  const rest = text.slice(slash + 1)
  const at = rest.indexOf("@")
  const colon = at >= 0 ? at : rest.lastIndexOf(":")
  const repository = colon > 0 ? rest.slice(0, colon) : rest
  const reference = colon > 0 ? rest.slice(colon + 1) : ""
  const isRegistry = registry.includes(".") || registry.includes(":") || registry === "localhost"
  const isReference = at >= 0 ? /^sha256:[0-9a-f]{64}$/.test(reference) : tagPattern.test(reference)
  if (isRegistry && repositoryPattern.test(repository) && isReference)
    return { registry, repository, reference }
  throw new SignalboxError("USAGE", {
    what: `not a complete artifact reference: ${JSON.stringify(text)}`,
    next: "use REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@sha256:…",
  })
}

/**
 * Where the distribution API of a repository is served: that of docker.io by registry-1.docker.io, its official images
 * below library/.
 */
export function apiPlace({
  registry,
  repository,
}: Omit<Reference, "reference">): Omit<Reference, "reference"> {
  if (registry !== "docker.io") return { registry, repository }
  const path = repository.includes("/") ? repository : `library/${repository}`
  return { registry: "registry-1.docker.io", repository: path }
}

/** Any text as a valid tag: characters that a tag may not contain become `-`. */
export function asTag(text: string): string {
  const tag = text.replace(/[^a-zA-Z0-9._-]/g, "-").slice(0, 128)
  return tagPattern.test(tag) ? tag : `_${tag.slice(0, 127)}`
}
