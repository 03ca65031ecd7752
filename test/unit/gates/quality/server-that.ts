import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** What a server answers to one path: a status and a text, the last one again and again. */
export type Answers = Readonly<
  Record<string, readonly { readonly status?: number; readonly body: unknown }[]>
>

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
  readonly authorization: string | undefined
}

/** An HTTP server that answers as a SonarQube has answered, in the order of the answers; and notes what it was asked. */
export class ServerThat implements AsyncDisposable {
  readonly asked: Asked[] = []
  readonly #server
  readonly #times = new Map<string, number>()

  private constructor(answers: Answers) {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost")
      let body = ""
      request.on("data", (chunk) => {
        body += String(chunk)
      })
      request.on("end", () => {
        const path = url.pathname.slice(1)
        const { method = "", headers } = request
        this.asked.push({ method, path, query: url.searchParams, body, authorization: headers.authorization })
        const all = answers[path] ?? [{ status: 404, body: "no such path" }]
        const time = this.#times.get(path) ?? 0
        this.#times.set(path, time + 1)
        const answer = all[Math.min(time, all.length - 1)]
        const text = typeof answer?.body === "string" ? answer.body : JSON.stringify(answer?.body)
        response.writeHead(answer?.status ?? 200).end(text)
      })
    })
  }

  static async answers(answers: Answers): Promise<ServerThat> {
    const server = new ServerThat(answers)
    await new Promise<void>((done) => server.#server.listen(0, "127.0.0.1", done))
    return server
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  asks(path: string): readonly Asked[] {
    return this.asked.filter((one) => one.path === path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }
}
