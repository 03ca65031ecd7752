import { Agent, request } from "node:https"
import { type Json, SignalboxError } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import { type Credentials, withoutBrackets } from "../kubeconfig/index.ts"
import { type Answer, dryRunAnswer, isNotFound, reasonOf } from "./answer.ts"
import {
  type ClusterApi,
  ConflictError,
  type DryRunAnswer,
  type DryRunOptions,
  type KubeObject,
} from "./api.ts"

interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH"
  readonly path: string
  readonly body?: string
  /** Default: JSON. */
  readonly contentType?: string
  /** Default: that of the connection. */
  readonly timeoutMs?: number
}

/** Reads are tried again after these pauses (ms); a write never, because its outcome may be unknown. */
const readPauses = [250, 500, 1000, 2000]
const answerLimit = 64 * 1024 * 1024
/** A webhook may take 30 s for its answer, and the API server gives up after that. */
const dryRunMs = 35_000

export interface HttpsApiOptions {
  readonly clock: Clock
  /** Milliseconds without an answer after which a call counts as unanswered. Default 10 s. */
  readonly timeoutMs?: number
}

/** The API server by HTTPS, verified against the kubeconfig's CA. */
export class HttpsClusterApi implements ClusterApi {
  readonly #credentials: Credentials
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #agent: Agent
  readonly #base: URL

  constructor(credentials: Credentials, options: HttpsApiOptions) {
    const { auth, ca, tlsServerName } = credentials
    this.#credentials = credentials
    this.#clock = options.clock
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#base = new URL(credentials.server)
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 8,
      ca,
      ...(tlsServerName === null ? {} : { servername: tlsServerName }),
      ...(auth.kind === "certificate" ? { cert: auth.certificate, key: auth.key } : {}),
    })
  }

  async get(path: string): Promise<KubeObject | null> {
    const answer = await this.#read(path)
    return answer.status === 404 ? null : parseObject(answer, path)
  }

  async list(path: string, labelSelector?: string): Promise<readonly KubeObject[]> {
    const query = labelSelector === undefined ? "" : `?labelSelector=${encodeURIComponent(labelSelector)}`
    const answer = await this.#read(path + query)
    if (answer.status === 404) throw unreadable(path, "there is no such collection", answer)
    const { items } = parseObject(answer, path) as { items?: unknown }
    if (!Array.isArray(items)) throw unreadable(path, "it is no list", answer)
    return items as readonly KubeObject[]
  }

  async create(collection: string, object: KubeObject): Promise<KubeObject> {
    return this.#write({ method: "POST", path: collection, body: JSON.stringify(object) })
  }

  async replace(path: string, object: KubeObject): Promise<KubeObject> {
    return this.#write({ method: "PUT", path, body: JSON.stringify(object) })
  }

  async remove(path: string): Promise<boolean> {
    const answer = this.#judge({ method: "DELETE", path }, await this.#send({ method: "DELETE", path }))
    return answer.status !== 404
  }

  async text(path: string): Promise<string | null> {
    const answer = await this.#send({ method: "GET", path })
    if (answer.status === 400) return null
    if (answer.status === 404 && isNotFound(answer)) return null
    return this.#judge({ method: "GET", path }, answer).body
  }

  async json(path: string): Promise<Json> {
    const answer = await this.#read(path)
    return answer.status === 404 ? null : (parseObject(answer, path) as unknown as Json)
  }

  async dryRun(path: string, text: string, { manager, force }: DryRunOptions): Promise<DryRunAnswer> {
    // Strict, as Helm asks: an unknown field is refused here, too, and not half way through.
    const query = `dryRun=All&fieldManager=${encodeURIComponent(manager)}&force=${force}&fieldValidation=Strict`
    const call: Call = {
      method: "PATCH",
      path: `${path}?${query}`,
      body: text,
      contentType: "application/apply-patch+yaml",
      timeoutMs: dryRunMs,
    }
    const answer = await this.#patiently(call)
    if (answer.status === 401) throw refusedBy(call, answer, reasonOf(answer))
    return dryRunAnswer(answer)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #write(call: Call): Promise<KubeObject> {
    const answer = this.#judge(call, await this.#send(call))
    if (answer.status === 404) throw refusedBy(call, answer, "the object or its namespace does not exist")
    return parseObject(answer, call.path)
  }

  async #read(path: string): Promise<Answer> {
    const call: Call = { method: "GET", path }
    return this.#judge(call, await this.#patiently(call))
  }

  /**
   * Asks again while there is no answer, or none yet: for what changes nothing. By the session's clock, by which tests let
   * time pass; p-retry has only the system's.
   */
  async #patiently(call: Call): Promise<Answer> {
    const began = this.#clock.monotonic()
    for (const pause of readPauses) {
      try {
        const answer = await this.#send(call)
        if (!isPassing(call, answer)) return answer
      } catch (error) {
        const waited = this.#clock.monotonic() - began
        if (!isUnreachable(error) || waited >= (call.timeoutMs ?? Number.POSITIVE_INFINITY)) throw error
      }
      await this.#clock.sleep(pause)
    }
    return this.#send(call)
  }

  #judge(call: Call, answer: Answer): Answer {
    const { status } = answer
    if (status >= 200 && status < 300) return answer
    if (status === 404) {
      // A 404 of a proxy on the way, or of another server, says nothing about what is in the cluster.
      if (isNotFound(answer)) return answer
      throw unreadable(call.path, "HTTP 404, and not from the Kubernetes API", answer)
    }
    if (status === 409) throw new ConflictError(call.path)
    if (status >= 500 || status === 429)
      throw this.#unreachable(`${call.method} ${call.path}: HTTP ${status}`)
    throw refusedBy(call, answer, reasonOf(answer))
  }

  #send(call: Call): Promise<Answer> {
    const { auth } = this.#credentials
    const headers: Record<string, string> = { accept: "application/json", "user-agent": "signalbox" }
    if (auth.kind === "token") headers.authorization = `Bearer ${auth.token}`
    if (call.body !== undefined) headers["content-type"] = call.contentType ?? "application/json"
    const timeoutMs = call.timeoutMs ?? this.#timeoutMs
    const path = this.#base.pathname.replace(/\/$/, "") + call.path
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(this.#unreachable(error.message, error))
      const outgoing = request(
        {
          agent: this.#agent,
          host: withoutBrackets(this.#base.hostname),
          port: this.#base.port === "" ? 443 : Number(this.#base.port),
          method: call.method,
          path,
          headers,
          timeout: timeoutMs,
        },
        (incoming) => {
          const chunks: Buffer[] = []
          let size = 0
          incoming.on("data", (chunk: Buffer) => {
            size += chunk.length
            if (size > answerLimit) outgoing.destroy(new Error(`answer larger than ${answerLimit} bytes`))
            else chunks.push(chunk)
          })
          incoming.on("error", failed)
          incoming.on("end", () =>
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          )
        },
      )
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      outgoing.on("error", failed)
      outgoing.end(call.body)
    })
  }

  #unreachable(why: string, cause?: Error): SignalboxError {
    return new SignalboxError(
      "CLUSTER_UNREACHABLE",
      {
        what: "the Kubernetes API server does not answer",
        where: this.#credentials.server,
        why,
        next: "check that the cluster runs and that this address can be reached, then call again",
      },
      { cause },
    )
  }
}

/** A 500 to a dry run is the API server's own word on the object, such as a type that is wrong. */
function isPassing({ method }: Call, { status }: Answer): boolean {
  return status === 429 || (method === "PATCH" ? status > 500 : status >= 500)
}

function isUnreachable(error: unknown): boolean {
  return error instanceof SignalboxError && error.code === "CLUSTER_UNREACHABLE"
}

function refusedBy(call: Call, answer: Answer, why: string): SignalboxError {
  return new SignalboxError("CLUSTER_REFUSED", {
    what: `the API server refused ${call.method} ${call.path.split("?")[0] ?? call.path} (HTTP ${answer.status})`,
    why,
    next:
      answer.status === 401
        ? "the credential is not valid (any more): pass a fresh kubeconfig"
        : "see which permissions Signalbox needs in src/deploy/README.md",
  })
}

function parseObject(answer: Answer, path: string): KubeObject {
  let value: unknown
  try {
    value = JSON.parse(answer.body)
  } catch (cause) {
    throw unreadable(path, "it is not JSON", answer, cause)
  }
  if (typeof value === "object" && value !== null) return value as KubeObject
  throw unreadable(path, "it is no object", answer)
}

function unreadable(path: string, why: string, answer: Answer, cause?: unknown): SignalboxError {
  return new SignalboxError(
    "OUTPUT_UNREADABLE",
    {
      what: "the API server's answer cannot be used",
      where: path,
      // What is read there may be a Secret.
      why: path.includes("/secrets") ? why : `${why}: ${answer.body.slice(0, 100)}`,
      next: "check that the kubeconfig's server is a Kubernetes API server, and what lies between",
    },
    { cause },
  )
}
