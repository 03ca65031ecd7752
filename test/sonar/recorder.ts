/**
 * Between the gate and the server: passes on what either says, and writes down what the server has answered our program, without
 * what must not be known. Where it is cut, the server is away for whoever asks through it.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"

/** What our program asks. The scanner asks for more: programs to download, and all rules. */
const asked =
  /^\/api\/(?:system\/status|authentication\/validate|navigation\/global|qualitygates\/\w+|ce\/(?:task|submit)|(?:issues|hotspots)\/search|measures\/component|projects\/create|users\/change_password|user_tokens\/generate)\b/
const passedOn = ["authorization", "content-type", "accept", "user-agent"]

const ofTheConnection = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
]

export class Recorder implements AsyncDisposable {
  readonly #server
  readonly #target: string
  readonly #place: string | undefined
  readonly #secrets = new Set<string>()
  readonly #texts = new Map<string, string[]>()
  /** Prefix of the next recordings' names. */
  about = "setup"
  /** Which requests get no answer any more. */
  cut: (path: string) => boolean = () => false

  private constructor(target: string, place: string | undefined) {
    this.#target = target
    this.#place = place
    this.#server = createServer((request, response) => {
      this.#passOn(request, response).catch(() => response.destroy())
    })
  }

  static async before(target: string, place?: string): Promise<Recorder> {
    const recorder = new Recorder(target, place)
    await new Promise<void>((done) => recorder.#server.listen(0, "127.0.0.1", done))
    return recorder
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  hide(secret: string): void {
    this.#secrets.add(secret)
  }

  /** Writes down what a program has printed. @param hidden texts of this machine, and what stands for them */
  note(name: string, text: string, hidden: readonly (readonly [string, string])[]): void {
    if (this.#place === undefined) return
    mkdirSync(this.#place, { recursive: true })
    const all = [...hidden, [this.address, "http://sonarqube:9000"] as const]
    const told = all.reduce((rest, [one, by]) => rest.replaceAll(one, by), this.#withoutSecrets(text))
    writeFileSync(join(this.#place, `${this.about}.${name}`), told)
  }

  async #passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers, url = "/" } = request
    if (this.cut(url)) {
      request.socket.destroy()
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const own = Object.entries(headers).filter(([name]) => passedOn.includes(name))
    const answer = await fetch(this.#target + url, {
      ...{ method, headers: Object.fromEntries(own) as Record<string, string>, redirect: "manual" },
      ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (asked.test(url)) this.#answer(url, answer.status, bytes.toString("utf8"))
    // The scanner goes by headers of the server's, too; how the bytes came is between fetch and the server.
    const kept = [...answer.headers].filter(([name]) => !ofTheConnection.includes(name))
    response.writeHead(answer.status, Object.fromEntries(kept)).end(bytes)
  }

  #answer(url: string, status: number, text: string): void {
    const path = new URL(url, "http://server").pathname.slice(1).replaceAll("/", "_")
    const name = `${path}.${status}`
    const key = `${this.about}.${name}`
    const before = this.#texts.get(key) ?? []
    // Some things are asked until they are done: what was said first, and each time that something of another kind was said.
    const isPolled = path === "api_ce_task" || path === "api_system_status"
    if (before.length > 0 && isPolled && stateOf(before.at(-1)) === stateOf(text)) return
    this.#texts.set(key, [...before, text])
    const number = before.length === 0 ? "" : `.${before.length + 1}`
    this.note(`${name}${number}.json`, `${text}\n`, [[this.#target, "http://sonarqube:9000"]])
  }

  #withoutSecrets(text: string): string {
    const told = [...this.#secrets].reduce((rest, one) => rest.replaceAll(one, "(secret)"), text)
    return told
      .replaceAll(/ Linux \S+ amd64/g, " Linux amd64")
      .replaceAll(/"token":"[^"]+"/g, '"token":"(secret)"')
      .replaceAll(/(?:\/[\w.-]+)+\/temp\/ce\//g, "/opt/sonarqube/temp/ce/")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }
}

const stateOf = (text = "") => /"status":"(\w+)"/.exec(text)?.[1]
