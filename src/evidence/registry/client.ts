import { z } from "zod"
import { type Digest, isDigest, SignalboxError, sha256 } from "../../domain/index.ts"
import type { Answer } from "./answer.ts"
import type { Blob } from "./download.ts"
import {
  documentMediaTypes,
  indexMediaTypes,
  type Manifest,
  manifestMediaType,
  manifestSchema,
  type Referrer,
  referrersSchema,
} from "./manifest.ts"
import type { Reference } from "./reference.ts"
import { isOk, parseJson, type RegistryOptions, Transport } from "./transport.ts"

const tagList = z.object({ tags: z.array(z.string()).nullable() })

/** A small client of the OCI distribution-spec 1.1: only what the evidence store and the push of images need. */
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

  /** The same of whatever a tag points at, an index or another artifact, too. */
  async resolveAny(ref: Reference): Promise<Digest | undefined> {
    return (await this.#document(ref))?.digest
  }

  /** Manifest and its digest, computed from the text that came; undefined when the registry answers 404. */
  async manifest(ref: Reference): Promise<{ manifest: Manifest; digest: Digest } | undefined> {
    const answer = await this.#transport.request(ref.repository, "pull", `manifests/${ref.reference}`, {
      headers: { accept: manifestMediaType },
    })
    if (answer.status === 404) return undefined
    const text = this.#content(answer, ref.repository)
    const digest = sha256(text)
    if (isDigest(ref.reference) && digest !== ref.reference) throw this.#mismatch(ref.reference, digest)
    return { manifest: this.#parse(text, ref.repository, manifestSchema), digest }
  }

  /** The unchanged manifest or index of a digest; undefined when the registry answers 404. */
  async document(
    repository: string,
    digest: Digest,
  ): Promise<{ readonly text: Uint8Array; readonly mediaType: string } | undefined> {
    const found = await this.#document({ repository, reference: digest })
    if (found !== undefined && found.digest !== digest) throw this.#mismatch(digest, found.digest)
    return found
  }

  async #document({ repository, reference }: Pick<Reference, "repository" | "reference">) {
    const answer = await this.#transport.request(repository, "pull", `manifests/${reference}`, {
      headers: { accept: documentMediaTypes.join(", ") },
    })
    if (answer.status === 404) return undefined
    const text = this.#content(answer, repository)
    const mediaType = (answer.headers.get("content-type") ?? "").split(";")[0] ?? ""
    return { text, mediaType, digest: sha256(text) }
  }

  /** All tags of a repository, page by page; none when there is no such repository. */
  async tags(repository: string): Promise<readonly string[]> {
    const all: string[] = []
    const read = new Set<string>()
    let next: URL | undefined = new URL(`${repository}/tags/list?n=1000`, this.#transport.base)
    while (next !== undefined) {
      if (read.has(next.href)) throw this.#cyclicPages(repository)
      const answer = await this.#transport.request(repository, "pull", next, {})
      if (answer.status === 404 && read.size === 0) return all
      read.add(next.href)
      const page = this.#parse(this.#content(answer, repository), repository, tagList)
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

  /** Writes a blob of any size to a file. @throws REGISTRY_UNREACHABLE; STATE_DAMAGED for other content than its digest */
  async download(repository: string, blob: Blob, file: string): Promise<void> {
    const answer = await this.#transport.download(repository, blob, file)
    if (!isOk(answer)) throw this.#transport.unexpected(answer, repository)
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
    await this.#putManifest(ref, text, mediaType)
    return sha256(text)
  }

  /** Stores a manifest that has a subject. Returns whether the registry lists it as one of the subject's referrers. */
  async putReferrer(place: Omit<Reference, "reference">, text: string): Promise<boolean> {
    const answer = await this.#putManifest({ ...place, reference: sha256(text) }, text, manifestMediaType)
    return answer.headers.has("oci-subject")
  }

  /** The index of referrers under a tag; undefined when the registry answers 404. */
  async referrersIndex(ref: Reference): Promise<readonly Referrer[] | undefined> {
    const accept = indexMediaTypes[0] ?? ""
    const answer = await this.#transport.request(ref.repository, "pull", `manifests/${ref.reference}`, {
      headers: { accept },
    })
    if (answer.status === 404) return undefined
    return this.#parse(this.#content(answer, ref.repository), ref.repository, referrersSchema).manifests
  }

  async #putManifest(ref: Reference, text: string | Uint8Array, mediaType: string): Promise<Answer> {
    const answer = await this.#transport.request(ref.repository, "pull,push", `manifests/${ref.reference}`, {
      method: "PUT",
      body: typeof text === "string" ? text : Buffer.from(text),
      headers: { "content-type": mediaType },
    })
    if (answer.status !== 201) throw this.#transport.unexpected(answer, ref.repository)
    return answer
  }

  #content(answer: Answer, repository: string): Uint8Array {
    if (!isOk(answer)) throw this.#transport.unexpected(answer, repository)
    return answer.body
  }

  #parse<S extends z.ZodType>(text: Uint8Array, repository: string, schema: S): z.output<S> {
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "the registry's answer is not what the distribution API defines",
      where: this.#transport.place(repository),
      why: `${this.#transport.excerpt(text)} (${z.prettifyError(parsed.error).replace(/\s+/g, " ")})`,
      next: "check the registry's address, and whether a proxy answers in its place",
    })
  }

  #cyclicPages(repository: string): SignalboxError {
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: "the registry's list of tags never ends: a page links to an earlier one",
      where: this.#transport.place(repository),
      next: "check the registry",
    })
  }

  #mismatch(expected: string, actual: string): SignalboxError {
    return new SignalboxError("STATE_DAMAGED", {
      what: "the registry returned content with another digest than requested",
      where: this.#transport.base,
      why: `requested ${expected}, got ${actual}`,
    })
  }
}

/**
 * The next page by the Link header (RFC 8288). A registry behind a proxy may name another host there, so the request goes
 * to the host of the current page: the credentials never leave it.
 */
function nextPage(answer: Answer, current: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1]
  if (target === undefined) return undefined
  const { pathname, search } = new URL(target, current)
  return new URL(`${current.origin}${pathname}${search}`)
}
