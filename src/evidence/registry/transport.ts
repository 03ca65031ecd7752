import pRetry, { AbortError } from "p-retry"
import { SignalboxError } from "../../domain/index.ts"
import { basic, type Credentials, parseChallenge, tokenUrl } from "./auth.ts"

export interface RegistryOptions {
  /** Speaks plain HTTP: only for registries that the toolbox names as insecure. Default false. */
  readonly insecure?: boolean
  readonly credentials?: Credentials
  /** Milliseconds for one request. Default 20,000. */
  readonly timeoutMs?: number
  /** Repetitions after a network fault, a 5xx answer or a 429. Default 3. */
  readonly retries?: number
}

/** What a registry said, read to its end. */
export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/** How a registry is asked: with a token where it wants one, again after a fault, and never longer than it may take. */
export class Transport {
  readonly base: string
  readonly #options: RegistryOptions
  /** By repository and actions. */
  readonly #tokens = new Map<string, string>()

  constructor(registry: string, options: RegistryOptions) {
    this.base = `${options.insecure === true ? "http" : "https"}://${registry}/v2/`
    this.#options = options
  }

  async request(repository: string, actions: string, path: string | URL, init: RequestInit): Promise<Answer> {
    const url = typeof path === "string" ? new URL(`${repository}/${path}`, this.base) : path
    // A token is good for what it was asked for: one that may read is no use for writing.
    const right = `${repository}:${actions}`
    // An upload may be sent elsewhere, to a host or a scheme for which the credentials are not meant.
    const known = url.origin === new URL(this.base).origin
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
    if (url === undefined) throw new AbortError(this.unexpected(refused, repository))
    const answer = await this.#send(url, {}, credentials === undefined ? undefined : basic(credentials))
    if (!isOk(answer)) throw new AbortError(this.unexpected(answer, repository))
    const token = tokenOf(answer.body)
    // What came instead of a token may be as secret as one.
    if (token === undefined)
      throw new AbortError(this.unexpected({ ...answer, body: new Uint8Array() }, repository))
    return `Bearer ${token}`
  }

  /** Where an answer came from, for an error. */
  place(repository: string): string {
    return `${new URL(this.base).host}/${repository}`
  }

  unexpected({ status, statusText, body }: Answer, repository: string): SignalboxError {
    const text = shown(body)
    return new SignalboxError("REGISTRY_UNREACHABLE", {
      what: `the registry answered ${status} ${statusText}`.trimEnd(),
      where: this.place(repository),
      ...(text === "" ? {} : { why: text }),
      next:
        status === 401 || status === 403 ? "check the registry token and its rights" : "check the registry",
    })
  }
}

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

/** The beginning of what came, on one line. */
export function shown(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, 300)).replace(/\s+/g, " ").trim()
}

/** Undefined for what is no JSON. */
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
      next: "check its address, the network and the token",
    },
    { cause },
  )
}
