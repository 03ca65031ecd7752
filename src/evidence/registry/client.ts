import { z } from "zod"
import { type Digest, isDigest, SignalboxError, sha256 } from "../../domain/index.ts"
import { documentMediaTypes, type Manifest, manifestMediaType, manifestSchema } from "./manifest.ts"
import type { Reference } from "./reference.ts"
import { type Answer, isOk, parseJson, type RegistryOptions, shown, Transport } from "./transport.ts"

const tagList = z.object({ tags: z.array(z.string()).nullable() })

/** A small client of the OCI distribution-spec 1.1: what the evidence store needs, no more. */
export class RegistryClient {
  readonly #transport: Transport

  constructor(registry: string, options: RegistryOptions = {}) {
    this.#transport = new Transport(registry, options)
  }

  /** The digest that a tag points at now; undefined when there is no such manifest. */
  async resolve(ref: Reference): Promise<Digest | undefined> {
    const found = await this.manifest(ref)
    return found?.digest
  }

  /** Manifest and its digest, computed here; undefined when the registry says 404. */
  async manifest(ref: Reference): Promise<{ manifest: Manifest; digest: Digest } | undefined> {
    const answer = await this.#transport.request(ref.repository, "pull", `manifests/${ref.reference}`, {
      headers: { accept: manifestMediaType },
    })
    if (answer.status === 404) return undefined
    const text = this.#content(answer, ref.repository)
    const digest = sha256(text)
    if (isDigest(ref.reference) && digest !== ref.reference) throw this.#mismatch(ref.reference, digest)
    return { manifest: this.#json(text, ref.repository, manifestSchema), digest }
  }

  /** An image's manifest or index as the registry has it, by its digest; undefined when the registry says 404. */
  async document(
    repository: string,
    digest: Digest,
  ): Promise<{ readonly text: Uint8Array; readonly mediaType: string } | undefined> {
    const answer = await this.#transport.request(repository, "pull", `manifests/${digest}`, {
      headers: { accept: documentMediaTypes.join(", ") },
    })
    if (answer.status === 404) return undefined
    const text = this.#content(answer, repository)
    if (sha256(text) !== digest) throw this.#mismatch(digest, sha256(text))
    return { text, mediaType: (answer.headers.get("content-type") ?? "").split(";")[0] ?? "" }
  }

  /** All tags of a repository, page by page; none when there is no such repository. */
  async tags(repository: string): Promise<readonly string[]> {
    const all: string[] = []
    const asked = new Set<string>()
    let next: URL | undefined = new URL(`${repository}/tags/list?n=1000`, this.#transport.base)
    while (next !== undefined) {
      if (asked.has(next.href)) throw this.#endless(repository)
      const answer = await this.#transport.request(repository, "pull", next, {})
      if (answer.status === 404 && asked.size === 0) return all
      asked.add(next.href)
      const page = this.#json(this.#content(answer, repository), repository, tagList)
      all.push(...(page.tags ?? []))
      next = nextPage(answer, next)
    }
    return all
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array> {
    const bytes = this.#content(
      await this.#transport.request(repository, "pull", `blobs/${digest}`, {}),
      repository,
    )
    if (sha256(bytes) !== digest) throw this.#mismatch(digest, sha256(bytes))
    return bytes
  }

  async hasBlob(repository: string, digest: Digest): Promise<boolean> {
    const head = await this.#transport.request(repository, "pull,push", `blobs/${digest}`, { method: "HEAD" })
    return head.status === 200
  }

  /** Uploads a blob unless the registry has it. */
  async putBlob(repository: string, content: Uint8Array): Promise<Digest> {
    const digest = sha256(content)
    if (await this.hasBlob(repository, digest)) return digest
    const start = await this.#transport.request(repository, "pull,push", "blobs/uploads/", { method: "POST" })
    const location = start.headers.get("location")
    if (start.status !== 202 || location === null) throw this.#transport.unexpected(start, repository)
    const url = new URL(location, this.#transport.base)
    url.searchParams.set("digest", digest)
    const done = await this.#transport.request(repository, "pull,push", url, {
      method: "PUT",
      body: Buffer.from(content),
      headers: { "content-type": "application/octet-stream" },
    })
    if (done.status !== 201) throw this.#transport.unexpected(done, repository)
    return digest
  }

  async putManifest(
    ref: Reference,
    text: string | Uint8Array,
    mediaType = manifestMediaType,
  ): Promise<Digest> {
    const answer = await this.#transport.request(ref.repository, "pull,push", `manifests/${ref.reference}`, {
      method: "PUT",
      body: typeof text === "string" ? text : Buffer.from(text),
      headers: { "content-type": mediaType },
    })
    if (answer.status !== 201) throw this.#transport.unexpected(answer, ref.repository)
    return sha256(text)
  }

  #content(answer: Answer, repository: string): Uint8Array {
    if (!isOk(answer)) throw this.#transport.unexpected(answer, repository)
    return answer.body
  }

  #json<S extends z.ZodType>(text: Uint8Array, repository: string, schema: S): z.output<S> {
    const read = schema.safeParse(parseJson(text))
    if (read.success) return read.data
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "the registry answered something else than was asked for",
      where: this.#transport.place(repository),
      why: `${shown(text)} (${z.prettifyError(read.error).replace(/\s+/g, " ")})`,
      next: "check the registry's address, and whether something stands in front of it",
    })
  }

  #endless(repository: string): SignalboxError {
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: "the registry's list of tags leads to itself",
      where: this.#transport.place(repository),
      next: "check the registry",
    })
  }

  #mismatch(expected: string, seen: string): SignalboxError {
    return new SignalboxError("STATE_DAMAGED", {
      what: "the registry returned other content than was asked for",
      where: this.#transport.base,
      why: `asked for ${expected}, got ${seen}`,
    })
  }
}

/**
 * Where the next page is, by the Link header (RFC 8288). A registry behind a proxy may call itself by another address:
 * what is asked is the one that we know, so that no page is left out and nothing leads elsewhere.
 */
function nextPage(answer: Answer, asked: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1]
  if (target === undefined) return undefined
  const { pathname, search } = new URL(target, asked)
  return new URL(`${asked.origin}${pathname}${search}`)
}
