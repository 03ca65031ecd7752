/** Sends requests one after the other, and writes down what their answers show. */
import { ask, type NoReply, type Question, type Reply } from "./ask.ts"
import { insecureIn, isPage, metaPolicy, type Tag, tagsOf } from "./html.ts"
import {
  type Answer,
  type Cookie,
  keptHeaders,
  type Leads,
  type ProbeRequest,
  type Purpose,
  type Unanswered,
} from "./report.ts"
import { signsOf } from "./signs.ts"

const longestHeader = 16_384

/** An answer, with what the next request follows from and no report has. */
export interface Seen {
  readonly answer: Answer
  readonly body: Buffer
  readonly tags: readonly Tag[]
  /** Address to which it leads, whole. */
  readonly location: URL | undefined
  readonly sourceMap: string | undefined
}

export class Observer {
  readonly answers: Answer[] = []
  readonly unanswered: Unanswered[] = []
  readonly request: ProbeRequest

  constructor(request: ProbeRequest) {
    this.request = request
  }

  /** Undefined where there is no answer; that is written down, too. */
  async send(
    purpose: Purpose,
    question: Question,
    /** `unlike`: a body that any unknown path gets, too, gives nothing away. */
    more: { readonly with?: string; readonly echo?: string; readonly unlike?: Buffer | undefined } = {},
  ): Promise<Seen | undefined> {
    const { request } = this
    const asked = {
      ...{ purpose, method: question.method, path: named(question.path, purpose, request) },
      ...(more.with === undefined ? {} : { with: more.with }),
    }
    const reply = await askOnce(request, question)
    if ("failed" in reply) {
      this.unanswered.push({ ...asked, failed: reply.failed, why: reply.why })
      return undefined
    }
    const type = reply.headers["content-type"] ?? ""
    const nosniff = /^\s*nosniff/i.test(reply.headers["x-content-type-options"] ?? "")
    const isHtml = isPage(type, nosniff, reply.body)
    const tags = isHtml ? tagsOf(reply.body.toString("utf8")) : []
    const location = locationOf(reply, request, question.path)
    const isAny = more.unlike !== undefined && more.unlike.length > 0 && more.unlike.equals(reply.body)
    const signs = isAny
      ? []
      : signsOf({
          purpose,
          status: reply.status,
          type: isHtml ? "text/html" : type,
          body: reply.body,
        })
    const echoed = more.echo !== undefined && reply.body.includes(more.echo)
    const policy = metaPolicy(tags)
    const html = { ...(policy === undefined ? {} : { policy }), insecure: insecureIn(tags).slice(0, 100) }
    const answer: Answer = {
      ...asked,
      status: reply.status,
      headers: kept(reply.headers),
      cookies: reply.setCookies.map(cookieOf),
      bytes: reply.body.length,
      cut: reply.cut,
      signs: echoed ? [...signs, { sign: "trace-echo", by: "the header that was sent" }] : signs,
      ...(location === undefined ? {} : { leadsTo: leads(location, request) }),
      ...(isHtml ? { html } : {}),
    }
    this.answers.push(answer)
    const sourceMap = reply.headers.sourcemap ?? reply.headers["x-sourcemap"]
    return { answer, body: reply.body, tags, location, sourceMap }
  }
}

/** A path that cannot be sent is no answer either. */
export async function askOnce(request: ProbeRequest, question: Question): Promise<Reply | NoReply> {
  try {
    return await ask(request, question, request.answerSeconds * 1000)
  } catch (thrown) {
    return { failed: "broken", why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** A path as it is known by. What somebody has written down stays as it is; a page may put into others what nobody else should read, or what is new each time. */
export function named(path: string, purpose: Purpose, { paths }: ProbeRequest): string {
  return shown(purpose === "redirect" || paths.includes(path) ? path : withoutValues(path))
}

/** Without the values of its parameters, those within the path (`;jsessionid=`) too. */
export function withoutValues(path: string): string {
  const [place = "", ...query] = path.split("?")
  const parameters = query.join("?").split("&")
  const names = parameters.map((one) => (one.includes("=") ? one.replace(/=.*$/s, "=…") : "…"))
  return `${place.replaceAll(/;([^;=/]*)=[^;/]*/g, ";$1=…")}${query.length === 0 ? "" : `?${names.join("&")}`}`
}

/** A path for people; a long one is shortened. */
export const shown = (path: string): string =>
  path.length <= 300 ? path : `${path.slice(0, 40)}… (${path.length} characters)`

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, value.slice(0, longestHeader)]]
    }),
  )
}

function cookieOf(header: string): Cookie {
  const [pair = "", ...rest] = header.split(";")
  const attributes = new Map(
    rest.map((one) => {
      const [name = "", ...value] = one.split("=")
      return [name.trim().toLowerCase(), value.join("=").trim()]
    }),
  )
  const sameSite = attributes.get("samesite")
  const age = attributes.get("max-age")
  const ends = Date.parse(attributes.get("expires") ?? "")
  return {
    name: (pair.split("=")[0] ?? "").trim().slice(0, 200),
    httpOnly: attributes.has("httponly"),
    secure: attributes.has("secure"),
    ...(sameSite === undefined ? {} : { sameSite: sameSite.toLowerCase().slice(0, 20) }),
    // An end before this programme was written is an end in the past, whatever the clock here says.
    removes: age === undefined ? ends < Date.UTC(2020, 0) : Number(age) <= 0,
  }
}

function locationOf({ status, headers }: Reply, request: ProbeRequest, path: string): URL | undefined {
  const { location } = headers
  if (status < 300 || status > 399 || location === undefined) return undefined
  return addressOf(location, request, path)
}

/** An address that stands on a page, as a browser understands it; undefined where it is none. */
export function addressOf(text: string, { host }: ProbeRequest, path: string): URL | undefined {
  const own = `http://${host}`
  const base = URL.canParse(path, own) ? new URL(path, own).href : own
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}

/** Behind a proxy it calls itself by https and without a port. */
export function isOwn({ protocol, host, hostname }: URL, request: ProbeRequest): boolean {
  if (!/^https?:$/.test(protocol)) return false
  const own = [request.host, `${request.name}:${request.port}`].map((one) => one.toLowerCase())
  return own.includes(host) || own.some((one) => one.replace(/:\d+$/, "") === hostname && host === hostname)
}

function leads(location: URL, request: ProbeRequest): Leads {
  return {
    host: (location.host || location.protocol).slice(0, 200),
    path: shown(withoutValues(location.pathname)),
    own: isOwn(location, request),
  }
}
