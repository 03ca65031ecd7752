/** One request and its answer, as they go over the wire: nothing is followed, kept or decoded but what is said here. */
import { type IncomingMessage, request as send } from "node:http"
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib"

/** Where a service listens, and the name by which requests call it. */
export interface Target {
  readonly name: string
  readonly port: number
  /** Header Host. */
  readonly host: string
}

export interface Question {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  readonly body: Buffer
  /** It is longer than what was read. */
  readonly cut: boolean
}

/** `closed` is an answer, too: whoever takes a request for none of his may hang up. The others say nothing. */
export interface NoReply {
  readonly failed: "refused" | "closed" | "late" | "broken"
  readonly why: string
}

const bodyLimit = 1 << 20

/** A proxy in front of it would have taken the request over TLS, and says so: cookies and addresses depend on it. */
const asBehindTls = { "x-forwarded-proto": "https", "accept-encoding": "identity", connection: "close" }

/** @param milliseconds for the whole answer */
export function ask(
  target: Target,
  { method, path, headers = {}, body }: Question,
  milliseconds: number,
): Promise<Reply | NoReply> {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
    const all = { host: target.host, ...asBehindTls, ...length, ...headers }
    const { name: host, port } = target
    const sent = send({ host, port, method, path, headers: all, setHost: false, agent: false })
    const timer = setTimeout(() => {
      resolve({ failed: "late", why: `no whole answer within ${milliseconds / 1000} s` })
      sent.destroy()
    }, milliseconds)
    const end = (result: Reply | NoReply) => {
      clearTimeout(timer)
      resolve(result)
    }
    sent.on("error", (error) => end(failureOf(error)))
    sent.on("response", (answer) => {
      // The rest of a long one is not waited for.
      void received(answer)
        .then(end)
        .finally(() => sent.destroy())
    })
    sent.end(body)
  })
}

async function received(answer: IncomingMessage): Promise<Reply | NoReply> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (bytes > bodyLimit) break
    }
  } catch (thrown) {
    const why = `the answer ${answer.statusCode} ends in the middle: ${messageOf(thrown)}`
    return { failed: "broken", why }
  }
  const cut = bytes > bodyLimit
  if (!cut && !answer.complete)
    return { failed: "broken", why: `the answer ${answer.statusCode} ends in the middle` }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]),
  )
  const raw = Buffer.concat(parts).subarray(0, bodyLimit)
  const decoded = decodedBody(raw, headers["content-encoding"], cut)
  if (typeof decoded === "string") return { failed: "broken", why: decoded }
  const setCookies = answer.headers["set-cookie"] ?? []
  return { status: answer.statusCode ?? 0, headers, setCookies, body: decoded, cut }
}

/** Some compress although nobody asked for it. */
function decodedBody(body: Buffer, encoding: string | undefined, cut: boolean): Buffer | string {
  const limit = { maxOutputLength: bodyLimit }
  if (encoding === undefined || encoding === "identity" || body.length === 0) return body
  if (cut) return `a compressed answer of more than ${bodyLimit} bytes`
  try {
    if (encoding === "gzip" || encoding === "x-gzip") return gunzipSync(body, limit)
    if (encoding === "deflate") return inflateSync(body, limit)
    if (encoding === "br") return brotliDecompressSync(body, limit)
  } catch (thrown) {
    return `its body is no ${encoding} of at most ${bodyLimit} bytes: ${messageOf(thrown)}`
  }
  return `its body is encoded as ${encoding.slice(0, 40)}, which nobody asked for`
}

function failureOf(error: Error): NoReply {
  const code = "code" in error ? String(error.code) : ""
  const why = error.message.slice(0, 200)
  if (["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code))
    return { failed: "refused", why }
  if (["ECONNRESET", "EPIPE"].includes(code)) return { failed: "closed", why }
  return { failed: "broken", why }
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
