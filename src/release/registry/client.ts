import pRetry, { AbortError } from "p-retry"
import { z } from "zod"
import { type Digest, isDigest, SignalboxError, sha256 } from "../../domain/index.ts"
import { basic, type Credentials, parseChallenge, tokenUrl } from "./auth.ts"
import { type Manifest, manifestMediaType, manifestSchema } from "./manifest.ts"
import type { Reference } from "./reference.ts"

export interface RegistryOptions {
  /** Speaks plain HTTP: only for registries that the toolbox names as insecure. Default false. */
  readonly insecure?: boolean
  readonly credentials?: Credentials
  /** Milliseconds for one request. Default 20,000. */
  readonly timeoutMs?: number
  /** Repetitions after a network fault or a 5xx answer. Default 3. */
  readonly retries?: number
}

const tagList = z.object({ tags: z.array(z.string()).nullish() })

/** A small client of the OCI distribution-spec 1.1: what the evidence store needs, no more. */
export class RegistryClient {
  readonly #base: string
  readonly #options: RegistryOptions
  /** By repository and actions. */
  readonly #tokens = new Map<string, string>()

  constructor(registry: string, options: RegistryOptions = {}) {
    this.#base = `${options.insecure === true ? "http" : "https"}://${registry}/v2/`
    this.#options = options
  }

  /** The digest that a tag points at now; undefined when there is no such manifest. */
  async resolve(ref: Reference): Promise<Digest | undefined> {
    const found = await this.manifest(ref)
    return found?.digest
  }

  /** Manifest and its digest, computed here; undefined when the registry says 404. */
  async manifest(ref: Reference): Promise<{ manifest: Manifest; digest: Digest } | undefined> {
    const response = await this.#request(ref.repository, "pull", `manifests/${ref.reference}`, {
      headers: { accept: manifestMediaType },
    })
    if (response.status === 404) return undefined
    const text = await this.#body(response, ref.repository)
    const digest = sha256(text)
    if (isDigest(ref.reference) && digest !== ref.reference) throw this.#mismatch(ref.reference, digest)
    return { manifest: manifestSchema.parse(JSON.parse(new TextDecoder().decode(text))), digest }
  }

  /** All tags of a repository, page by page; none when there is no such repository. */
  async tags(repository: string): Promise<readonly string[]> {
    const all: string[] = []
    const asked = new Set<string>()
    let next: URL | undefined = new URL(`${repository}/tags/list?n=1000`, this.#base)
    while (next !== undefined) {
      if (asked.has(next.href)) throw this.#endless(repository)
      const response: Response = await this.#request(repository, "pull", next, {})
      if (response.status === 404 && asked.size === 0) return all
      asked.add(next.href)
      const page = tagList.parse(JSON.parse(new TextDecoder().decode(await this.#body(response, repository))))
      all.push(...(page.tags ?? []))
      next = nextPage(response, next)
    }
    return all
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array> {
    const response = await this.#request(repository, "pull", `blobs/${digest}`, {})
    const bytes = await this.#body(response, repository)
    if (sha256(bytes) !== digest) throw this.#mismatch(digest, sha256(bytes))
    return bytes
  }

  /** Uploads a blob unless the registry has it. */
  async putBlob(repository: string, content: Uint8Array): Promise<Digest> {
    const digest = sha256(content)
    const head = await this.#request(repository, "pull,push", `blobs/${digest}`, { method: "HEAD" })
    if (head.status === 200) return digest
    const start = await this.#request(repository, "pull,push", "blobs/uploads/", { method: "POST" })
    const location = start.headers.get("location")
    if (start.status !== 202 || location === null) throw await this.#unexpected(start, repository)
    const url = new URL(location, this.#base)
    url.searchParams.set("digest", digest)
    const done = await this.#request(repository, "pull,push", url, {
      method: "PUT",
      body: Buffer.from(content),
      headers: { "content-type": "application/octet-stream" },
    })
    if (done.status !== 201) throw await this.#unexpected(done, repository)
    return digest
  }

  async putManifest(ref: Reference, text: string): Promise<Digest> {
    const response = await this.#request(ref.repository, "pull,push", `manifests/${ref.reference}`, {
      method: "PUT",
      body: text,
      headers: { "content-type": manifestMediaType },
    })
    if (response.status !== 201) throw await this.#unexpected(response, ref.repository)
    return sha256(text)
  }

  async #request(
    repository: string,
    actions: string,
    path: string | URL,
    init: RequestInit,
  ): Promise<Response> {
    const url = typeof path === "string" ? new URL(`${repository}/${path}`, this.#base) : path
    // A token is good for what it was asked for: one that may read is no use for writing.
    const right = `${repository}:${actions}`
    // An upload may be sent elsewhere, to a host or a scheme for which the credentials are not meant.
    const known = url.origin === new URL(this.#base).origin
    const attempt = async (): Promise<Response> => {
      let response = await this.#send(url, init, known ? this.#tokens.get(right) : undefined)
      if (response.status === 401 && known) {
        // There was none yet, or it has expired: they live for minutes, and layers may take longer.
        this.#tokens.set(right, await this.#authorize(response, repository, actions))
        response = await this.#send(url, init, this.#tokens.get(right))
      }
      if (response.status >= 500) throw new Error(`${response.status} ${response.statusText}`)
      return response
    }
    try {
      return await pRetry(attempt, { retries: this.#options.retries ?? 3, minTimeout: 250, maxTimeout: 2000 })
    } catch (cause) {
      if (cause instanceof SignalboxError) throw cause
      throw unreachable(url, cause)
    }
  }

  #send(url: URL, init: RequestInit, authorization: string | undefined): Promise<Response> {
    const headers = new Headers(init.headers)
    if (authorization !== undefined) headers.set("authorization", authorization)
    return fetch(url, { ...init, headers, signal: AbortSignal.timeout(this.#options.timeoutMs ?? 20_000) })
  }

  async #authorize(response: Response, repository: string, actions: string): Promise<string> {
    const { credentials } = this.#options
    const challenge = parseChallenge(response.headers.get("www-authenticate"))
    if (challenge?.scheme === "basic" && credentials !== undefined) return basic(credentials)
    const url = challenge === undefined ? undefined : tokenUrl(challenge, repository, actions)
    if (url === undefined) throw new AbortError(await this.#unexpected(response, repository))
    const answer = await this.#send(url, {}, credentials === undefined ? undefined : basic(credentials))
    if (!answer.ok) throw new AbortError(await this.#unexpected(answer, repository))
    const body: unknown = await answer.json()
    const token = tokenOf(body)
    if (token === undefined) throw new AbortError(await this.#unexpected(answer, repository))
    return `Bearer ${token}`
  }

  async #body(response: Response, repository: string): Promise<Uint8Array> {
    if (!response.ok) throw await this.#unexpected(response, repository)
    return new Uint8Array(await response.arrayBuffer())
  }

  async #unexpected(response: Response, repository: string): Promise<SignalboxError> {
    const text = response.bodyUsed ? "" : (await response.text()).slice(0, 300)
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: `the registry answered ${response.status} ${response.statusText}`.trimEnd(),
      where: `${new URL(this.#base).host}/${repository}`,
      ...(text === "" ? {} : { why: text }),
      next:
        response.status === 401 || response.status === 403
          ? "check the registry token and its rights"
          : "check the registry",
    })
  }

  #endless(repository: string): SignalboxError {
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: "the registry's list of tags leads to itself",
      where: `${new URL(this.#base).host}/${repository}`,
      next: "check the registry",
    })
  }

  #mismatch(expected: string, seen: string): SignalboxError {
    return new SignalboxError("STATE_DAMAGED", {
      what: "the registry returned other content than was asked for",
      where: this.#base,
      why: `asked for ${expected}, got ${seen}`,
    })
  }
}

/**
 * Where the next page is, by the Link header (RFC 8288). A registry behind a proxy may call itself by another address:
 * what is asked is the one that we know, so that no page is left out and nothing leads elsewhere.
 */
function nextPage(response: Response, asked: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1]
  if (target === undefined) return undefined
  const { pathname, search } = new URL(target, asked)
  return new URL(`${asked.origin}${pathname}${search}`)
}

function tokenOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined
  const { token, access_token } = body as { token?: unknown; access_token?: unknown }
  if (typeof token === "string") return token
  return typeof access_token === "string" ? access_token : undefined
}

function unreachable(url: URL, cause: unknown): SignalboxError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
  return new SignalboxError(
    "REGISTRY_UNREACHABLE",
    {
      what: "the registry could not be reached",
      where: url.host,
      why: inner,
      next: "check its address, the network and the token",
    },
    { cause },
  )
}
