import type { z } from "zod"
import { away, notAllowed, notSonarqube, unexpected, wrongToken } from "./errors.ts"
import { refusal } from "./shapes.ts"

export interface ApiOptions {
  /** Without a slash at its end. */
  readonly server: string
  /** Value of the header: a token, or user and password. */
  readonly authorization?: string | undefined
  /** Milliseconds for one request. Default: a minute. */
  readonly timeoutMs?: number
  /** Default: that of Node. */
  readonly fetch?: typeof fetch
}

/** What one request got: its status, and its text. */
export interface Answer {
  readonly status: number
  readonly text: string
}

type Parameters = Readonly<Record<string, string>>

const requestMs = 60_000
/** The largest answer that is asked for are 500 issues. */
const most = 32 * 1024 * 1024

export const bearer = (token: string): string => `Bearer ${token}`
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`

/** The web API of one server, as one user. Every answer is parsed; a refusal is an error that says which. */
export class SonarApi {
  readonly server: string
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    this.#options = options
    this.server = options.server
  }

  as(authorization: string): SonarApi {
    return new SonarApi({ ...this.#options, authorization })
  }

  async get<S extends z.ZodType>(path: string, parameters: Parameters, schema: S): Promise<z.output<S>> {
    const answer = await this.request("GET", path, parameters)
    return this.parsed(path, this.accepted(path, answer), schema)
  }

  /** Changes something; undefined where the answer has no content. */
  async post(path: string, parameters: Parameters): Promise<unknown> {
    const { text } = this.accepted(path, await this.request("POST", path, parameters))
    return text === "" ? undefined : jsonOf(text)
  }

  async postFor<S extends z.ZodType>(path: string, parameters: Parameters, schema: S): Promise<z.output<S>> {
    const answer = this.accepted(path, await this.request("POST", path, parameters))
    return this.parsed(path, answer, schema)
  }

  /** Any answer at all. @throws SERVER_UNREACHABLE */
  async request(method: "GET" | "POST", path: string, parameters: Parameters): Promise<Answer> {
    const query = new URLSearchParams(parameters)
    const url = `${this.server}/${path}${method === "GET" && query.size > 0 ? `?${query}` : ""}`
    const { authorization, timeoutMs = requestMs, fetch: send = fetch } = this.#options
    try {
      const response = await send(url, {
        method,
        headers: { accept: "application/json", ...(authorization === undefined ? {} : { authorization }) },
        ...(method === "POST" ? { body: query } : {}),
        // What another host would get with it is the token.
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      })
      const bytes = await response.arrayBuffer()
      if (bytes.byteLength > most) throw new Error(`its answer has ${bytes.byteLength} bytes`)
      return { status: response.status, text: new TextDecoder().decode(bytes) }
    } catch (cause) {
      throw away(this.server, cause)
    }
  }

  /** @throws SERVER_REFUSED, SERVER_UNREACHABLE */
  accepted(path: string, answer: Answer): Answer {
    const { status, text } = answer
    if (status >= 200 && status < 300) return answer
    const why = refusalOf(answer)
    if (status === 401) throw wrongToken(this.server, why)
    if (status === 403) throw notAllowed(this.server, `${path}: ${why}`)
    if (status >= 300 && status < 400) throw notSonarqube(this.server, why)
    if (status >= 500 || refusal.safeParse(jsonOf(text)).success) throw unexpected(this.server, path, why)
    throw notSonarqube(this.server, why)
  }

  /** @throws SERVER_UNREACHABLE for an answer that is none of SonarQube's */
  parsed<S extends z.ZodType>(path: string, { text }: Answer, schema: S): z.output<S> {
    const result = schema.safeParse(jsonOf(text))
    if (result.success) return result.data
    const issue = result.error.issues[0]
    const place = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`
    throw notSonarqube(this.server, `${path} answered ${excerpt(text)} (${place})`)
  }
}

/** What the server says of a refusal. */
export function refusalOf({ status, text }: Answer): string {
  const said = refusal.safeParse(jsonOf(text))
  if (said.success) return `${status}: ${said.data.errors.map(({ msg }) => msg).join("; ")}`
  return text.trim() === "" ? `it answered ${status}` : `it answered ${status}: ${excerpt(text)}`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, " ").trim().slice(0, 200))
}
