import pRetry, { AbortError } from "p-retry"
import { callWith, SignalboxError } from "../../domain/index.ts"
import type { Answer } from "./answer.ts"
import { basic, type Credentials, parseChallenge, tokenUrl } from "./auth.ts"
import { type Blob, saveBlob } from "./download.ts"

export interface RegistryOptions {
  /** Speaks plain HTTP: only for registries that the toolbox names as insecure. Default false. */
  readonly insecure?: boolean
  readonly credentials?: Credentials
  /** Milliseconds for one request. Default 20,000. */
  readonly timeoutMs?: number
  /** Repetitions after a network fault, a 5xx answer or a 429. Default 3. */
  readonly retries?: number
  /** Largest body of an answer in bytes. Default: any, because layers of images are large. */
  readonly maxBytes?: number
}

/** Requests to a registry: with a token where it asks for one, with retries after a fault, and with a time limit. */
export class Transport {
  readonly base: string
  readonly #options: RegistryOptions
  /** Tokens by repository and actions. */
  readonly #tokens = new Map<string, string>()

  constructor(registry: string, options: RegistryOptions) {
    this.base = `${options.insecure === true ? "http" : "https"}://${registry}/v2/`
    this.#options = options
  }

  async request(repository: string, actions: string, path: string | URL, init: RequestInit): Promise<Answer> {
    const url = typeof path === "string" ? new URL(`${repository}/${path}`, this.base) : path
    return this.#exchange(repository, actions, url, (authorization) => this.#send(url, init, authorization))
  }

  /**
   * Writes a blob to a file as it comes, because it may be larger than memory; compares size and digest.
   * @returns the registry's answer, whose body is empty where the blob has been written
   * @throws REGISTRY_UNREACHABLE; STATE_DAMAGED for another size or digest
   */
  async download(repository: string, blob: Blob, file: string): Promise<Answer> {
    const url = new URL(`${repository}/blobs/${blob.digest}`, this.base)
    const options = { idleMs: this.#options.timeoutMs ?? 20_000, where: this.place(repository) }
    return this.#exchange(repository, "pull", url, (authorization) =>
      saveBlob(url, authorization, blob, file, options),
    )
  }

  async #exchange(
    repository: string,
    actions: string,
    url: URL,
    send: (authorization: string | undefined) => Promise<Answer>,
  ): Promise<Answer> {
    // A token is valid for its scope only: a token for reading cannot write.
    const scope = `${repository}:${actions}`
    // A registry may redirect an upload to another host: it must not get the credentials.
    const isRegistryHost = url.origin === new URL(this.base).origin
    const attempt = async (): Promise<Answer> => {
      let answer = await send(isRegistryHost ? this.#tokens.get(scope) : undefined)
      if (answer.status === 401 && isRegistryHost) {
        // No token yet, or it has expired: tokens live for minutes, and uploading layers may take longer.
        this.#tokens.set(scope, await this.#authorize(answer, repository, actions))
        answer = await send(this.#tokens.get(scope))
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

  /** Reads the whole answer, so that a time-out or a broken connection in the middle of it is retried as well. */
  async #send(url: URL, init: RequestInit, authorization: string | undefined): Promise<Answer> {
    const requestHeaders = new Headers(init.headers)
    if (authorization !== undefined) requestHeaders.set("authorization", authorization)
    const signal = AbortSignal.timeout(this.#options.timeoutMs ?? 20_000)
    const response = await fetch(url, { ...init, headers: requestHeaders, signal })
    const { status, statusText, headers } = response
    const { maxBytes } = this.#options
    const body =
      maxBytes === undefined
        ? new Uint8Array(await response.arrayBuffer())
        : await bodyWithin(response, maxBytes, url)
    return { status, statusText, headers, body }
  }

  async #authorize(refused: Answer, repository: string, actions: string): Promise<string> {
    const { credentials } = this.#options
    const challenge = parseChallenge(refused.headers.get("www-authenticate"))
    if (challenge?.scheme === "basic" && credentials !== undefined) return basic(credentials)
    const url = challenge === undefined ? undefined : tokenUrl(challenge, repository, actions)
    if (url === undefined) throw new AbortError(this.unexpected(refused, repository))
    const answer = await this.#send(url, {}, credentials === undefined ? undefined : basic(credentials))
    if (!isOk(answer)) throw new AbortError(this.unexpected(answer, repository))
    const token = tokenOf(answer.body)
    // The body is left out of the error: it may contain a secret.
    if (token === undefined)
      throw new AbortError(this.unexpected({ ...answer, body: new Uint8Array() }, repository))
    return `Bearer ${token}`
  }

  /** `where` of an error: host and repository. */
  place(repository: string): string {
    return `${new URL(this.base).host}/${repository}`
  }

  /** The beginning of a body, on one line. A proxy's page may repeat the request, with what it was authorized by. */
  excerpt(body: Uint8Array): string {
    const text = new TextDecoder().decode(body.subarray(0, 64 * 1024))
    return this.#secrets()
      .reduce((rest, secret) => rest.replaceAll(secret, "(secret)"), text)
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 300)
  }

  /** Password and tokens, plain and as headers have them. */
  #secrets(): readonly string[] {
    const { credentials } = this.#options
    const own = credentials === undefined ? [] : [credentials.password, basic(credentials)]
    const all = [...own, ...this.#tokens.values()].flatMap((one) => [one, one.replace(/^\w+ /, "")])
    return all.filter((one) => one !== "").sort((a, b) => b.length - a.length)
  }

  unexpected({ status, statusText, body }: Answer, repository: string): SignalboxError {
    const text = this.excerpt(body)
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: `the registry answered ${status} ${statusText}`.trimEnd(),
      where: this.place(repository),
      ...(text === "" ? {} : { why: text }),
      next:
        status === 401 || status === 403
          ? `check user and token, and their rights: ${callWith("--registry-user NAME --registry-token env://NAME")}`
          : "check the registry",
    })
  }
}

/** @throws OUTPUT_UNREADABLE as soon as it is longer, whatever the registry has announced. Not retried. */
async function bodyWithin(response: Response, maxBytes: number, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes)
      throw new AbortError(
        new SignalboxError("OUTPUT_UNREADABLE", {
          what: `the registry's answer is larger than ${maxBytes} bytes`,
          where: `${url.host}${url.pathname}`,
          next: "name an artifact of the expected kind",
        }),
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

/** Undefined for text that is not JSON. */
export function parseJson(text: Uint8Array): unknown {
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
      next: "check its address and the network",
    },
    { cause },
  )
}
