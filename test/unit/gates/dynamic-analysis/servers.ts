import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import { type AddressInfo, createServer as createTcp } from "node:net"
import { probe } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import type { ProbeReport, ProbeRequest } from "../../../../src/gates/dynamic-analysis/probe/report.ts"

/** A server on loopback that is gone at the end of a test. */
export interface Running extends AsyncDisposable {
  readonly port: number
}

export async function serving(listener: RequestListener): Promise<Running> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  return running(server)
}

/** Answers every connection with these bytes, once it has been asked something. */
export async function saying(bytes: string | null): Promise<Running> {
  const server = createTcp((socket) => {
    socket.on("error", () => socket.destroy())
    socket.once("data", () => (bytes === null ? undefined : socket.end(bytes)))
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return running(server)
}

interface Closable {
  address(): unknown
  close(): unknown
  closeAllConnections?(): void
}

function running(server: Closable): Running {
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections?.()
      server.close()
    },
  }
}

/** A program that listens on a port of its own and prints it first, as those of the corpus do. */
export async function program(file: string): Promise<Running> {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [first] = (await once(child.stdout, "data")) as [Buffer]
  return {
    port: Number(first.toString().trim()),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL")
      await once(child, "close")
    },
  }
}

export const requestOf = (port: number, more: Partial<ProbeRequest> = {}): ProbeRequest => ({
  ...{ name: "127.0.0.1", port, host: `127.0.0.1:${port}`, paths: ["/"], follow: 20, redirects: [] },
  ...{ startSeconds: 0.5, answerSeconds: 2 },
  ...more,
})

export const probing = ({ port }: Running, more: Partial<ProbeRequest> = {}): Promise<ProbeReport> =>
  probe(requestOf(port, more))

/** A page that nothing is to be said against, by default for every path. */
export function sound(response: ServerResponse, body = "<!doctype html><title>Shop</title>"): void {
  response
    .writeHead(200, {
      "content-type": "text/html",
      "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    })
    .end(body)
}

/** A sound application, but for some paths. */
export const shop =
  (
    routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {},
  ): RequestListener =>
  (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? ""
    const route = routes[`${request.method} ${path}`] ?? routes[path]
    if (route !== undefined) route(request, response)
    else if (request.method === "GET" && path === "/") sound(response)
    else response.writeHead(request.method === "GET" ? 404 : 405).end()
  }
