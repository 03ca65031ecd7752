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

const tagList = z.object({ tags: z.array(z.string()).nullable() })

/** What a registry said, read to its end. */
interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: Uint8Array
}

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
    const answer = await this.#request(ref.repository, "pull", `manifests/${ref.reference}`, {
      headers: { accept: manifestMediaType },
    })
    if (answer.status === 404) return undefined
    const text = this.#content(answer, ref.repository)
    const digest = sha256(text)
    if (isDigest(ref.reference) && digest !== ref.reference) throw this.#mismatch(ref.reference, digest)
    return { manifest: this.#json(text, ref.repository, manifestSchema), digest }
  }

  /** All tags of a repository, page by page; none when there is no such repository. */
  async tags(repository: string): Promise<readonly string[]> {
    const all: string[] = []
    const asked = new Set<string>()
    let next: URL | undefined = new URL(`${repository}/tags/list?n=1000`, this.#base)
    while (next !== undefined) {
      if (asked.has(next.href)) throw this.#endless(repository)
      const answer = await this.#request(repository, "pull", next, {})
      if (answer.status === 404 && asked.size === 0) return all
      asked.add(next.href)
      const page = this.#json(this.#content(answer, repository), repository, tagList)
      all.push(...(page.tags ?? []))
      next = nextPage(answer, next)
    }
    return all
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array> {
    const bytes = this.#content(await this.#request(repository, "pull", `blobs/${digest}`, {}), repository)
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
    if (start.status !== 202 || location === null) throw this.#unexpected(start, repository)
    const url = new URL(location, this.#base)
    url.searchParams.set("digest", digest)
    const done = await this.#request(repository, "pull,push", url, {
      method: "PUT",
      body: Buffer.from(content),
      headers: { "content-type": "application/octet-stream" },
    })
    if (done.status !== 201) throw this.#unexpected(done, repository)
    return digest
  }

  async putManifest(ref: Reference, text: string): Promise<Digest> {
    const answer = await this.#request(ref.repository, "pull,push", `manifests/${ref.reference}`, {
      method: "PUT",
      body: text,
      headers: { "content-type": manifestMediaType },
    })
    if (answer.status !== 201) throw this.#unexpected(answer, ref.repository)
    return sha256(text)
  }

  async #request(
    repository: string,
    actions: string,
    path: string | URL,
    init: RequestInit,
  ): Promise<Answer> {
    const url = typeof path === "string" ? new URL(`${repository}/${path}`, this.#base) : path
    // A token is good for what it was asked for: one that may read is no use for writing.
    const right = `${repository}:${actions}`
    // An upload may be sent elsewhere, to a host or a scheme for which the credentials are not meant.
    const known = url.origin === new URL(this.#base).origin
    const attempt = async (): Promise<Answer> => {
      let answer = await this.#send(url, init, known ? this.#tokens.get(right) : undefined)
      if (answer.status === 401 && known) {
        // There was none yet, or it has expired: they live for minutes, and layers may take longer.
        this.#tokens.set(right, await this.#authorize(answer, repository, actions))
        answer = await this.#send(url, init, this.#tokens.get(right))
      }
      if (answer.status >= 500 || answer.status === 429)
        throw new Error(`${answer.status} ${answer.statusText}`)
      return answer
    }
    try {
      return await pRetry(attempt, { retries: this.#options.retries ?? 3, minTimeout: 250, maxTimeout: 2000 })
    } catch (cause) {
      if (cause instanceof SignalboxError) throw cause
      throw unreachable(url, cause)
    }
  }

  /** Reads the whole answer: a time-out or a cut in the middle of it is a fault of this request, too. */
  async #send(url: URL, init: RequestInit, authorization: string | undefined): Promise<Answer> {
    const sent = new Headers(init.headers)
    if (authorization !== undefined) sent.set("authorization", authorization)
    const signal = AbortSignal.timeout(this.#options.timeoutMs ?? 20_000)
    const response = await fetch(url, { ...init, headers: sent, signal })
    const { status, statusText, headers } = response
    return { status, statusText, headers, body: new Uint8Array(await response.arrayBuffer()) }
  }

  async #authorize(refused: Answer, repository: string, actions: string): Promise<string> {
    const { credentials } = this.#options
    const challenge = parseChallenge(refused.headers.get("www-authenticate"))
    if (challenge?.scheme === "basic" && credentials !== undefined) return basic(credentials)
    const url = challenge === undefined ? undefined : tokenUrl(challenge, repository, actions)
    if (url === undefined) throw new AbortError(this.#unexpected(refused, repository))
    const answer = await this.#send(url, {}, credentials === undefined ? undefined : basic(credentials))
    if (!isOk(answer)) throw new AbortError(this.#unexpected(answer, repository))
    const token = tokenOf(answer.body)
    // What came instead of a token may be as secret as one.
    if (token === undefined)
      throw new AbortError(this.#unexpected({ ...answer, body: new Uint8Array() }, repository))
    return `Bearer ${token}`
  }

  #content(answer: Answer, repository: string): Uint8Array {
    if (!isOk(answer)) throw this.#unexpected(answer, repository)
    return answer.body
  }

  #json<S extends z.ZodType>(text: Uint8Array, repository: string, schema: S): z.output<S> {
    const read = schema.safeParse(parseJson(text))
    if (read.success) return read.data
    throw new SignalboxError("OUTPUT_UNREADABLE", {
      what: "the registry answered something else than was asked for",
      where: this.#place(repository),
      why: `${new TextDecoder().decode(text).slice(0, 300)} (${z.prettifyError(read.error)})`,
      next: "check the registry's address, and whether something stands in front of it",
    })
  }

  #place(repository: string): string {
    return `${new URL(this.#base).host}/${repository}`
  }

  #unexpected({ status, statusText, body }: Answer, repository: string): SignalboxError {
    const text = new TextDecoder().decode(body.subarray(0, 300))
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: `the registry answered ${status} ${statusText}`.trimEnd(),
      where: this.#place(repository),
      ...(text === "" ? {} : { why: text }),
      next:
        status === 401 || status === 403 ? "check the registry token and its rights" : "check the registry",
    })
  }

  #endless(repository: string): SignalboxError {
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: "the registry's list of tags leads to itself",
      where: this.#place(repository),
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
function nextPage(answer: Answer, asked: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1]
  if (target === undefined) return undefined
  const { pathname, search } = new URL(target, asked)
  return new URL(`${asked.origin}${pathname}${search}`)
}

function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

/** Undefined for what is no JSON. */
function parseJson(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    return undefined
  }
}

function tokenOf(text: Uint8Array): string | undefined {
  const body = parseJson(text)
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
