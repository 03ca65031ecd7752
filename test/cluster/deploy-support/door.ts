import { readFileSync } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { Agent, createServer, request, type Server } from "node:https"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import type { Credentials } from "../../../src/deploy/kubeconfig/index.ts"
import { type StoredJournal, stepState } from "../../../src/deploy/state/index.ts"
import { journalName } from "../../../src/deploy/state/store.ts"
import { ensureAuthority, ensureCertificate } from "../../../toolchain/cluster/node/certificate.ts"
import { kubeconfig, writePrivate } from "../../../toolchain/cluster/node/kubeconfig.ts"

/** Tells a driver that its journal is written, and it goes on. */
export type LetGo = () => void

/**
 * The API server behind a door that sees the journal being written, and can hold whoever wrote it at that very moment:
 * a step that takes milliseconds is met as surely as one that takes seconds.
 */
export class Door {
  readonly kubeconfig: string
  readonly #server: Server
  readonly #upstream: { readonly base: URL; readonly agent: Agent }
  #watch: { readonly step: string; readonly met: (letGo: LetGo) => void } | undefined

  private constructor(path: string, server: Server, credentials: Credentials) {
    this.kubeconfig = path
    this.#server = server
    this.#upstream = {
      base: new URL(credentials.server),
      agent: new Agent({ ca: credentials.ca, keepAlive: true }),
    }
    server.on("request", (incoming, outgoing) => {
      this.#pass(incoming, outgoing).catch(() => outgoing.destroy())
    })
  }

  /** @param directory where its own authority and the kubeconfig that leads through it are put */
  static async before(credentials: Credentials, namespace: string, directory: string): Promise<Door> {
    const { auth } = credentials
    if (auth.kind !== "token") throw new Error("only a token passes a door that ends TLS")
    const authority = await ensureAuthority(join(directory, "door-authority"), "door")
    const serves = { commonName: "door", serves: ["IP:127.0.0.1"] }
    const pair = await ensureCertificate(join(directory, "door"), authority, serves)
    const server = createServer({ cert: readFileSync(pair.certificate), key: readFileSync(pair.key) })
    // The API server does not close connections after five seconds without a request either.
    server.keepAliveTimeout = 0
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const path = join(directory, "door.kubeconfig")
    const text = kubeconfig({
      server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      authority: readFileSync(authority.certificate, "utf8"),
      identity: { token: auth.token },
      namespace,
    })
    writePrivate(path, text)
    return new Door(path, server, credentials)
  }

  /** Where it listens, on 127.0.0.1. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Holds the next driver whose journal says that this step runs: it has been written, and the driver does not know. */
  stopIn(step: string): Promise<LetGo> {
    return new Promise((met) => {
      this.#watch = { step, met }
    })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    this.#upstream.agent.destroy()
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { base, agent } = this.#upstream
    const { method, url: path, headers } = incoming
    const body = await buffer(incoming)
    const journal = writesState(incoming) ? journalIn(body.toString()) : undefined
    const forwarded = request(base, { agent, method, path, headers }, async (answer) => {
      const status = answer.statusCode ?? 502
      if (journal !== undefined && status < 300) await this.#hold(journal)
      outgoing.writeHead(status, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on("error", () => outgoing.destroy())
    outgoing.on("close", () => forwarded.destroy())
    forwarded.end(body)
  }

  async #hold(journal: StoredJournal): Promise<void> {
    const watch = this.#watch
    if (watch === undefined || stepState(journal, watch.step) !== "running") return
    this.#watch = undefined
    await new Promise<void>(watch.met)
  }
}

const writesState = ({ method, url }: IncomingMessage): boolean =>
  (method === "PUT" && url?.endsWith(`/configmaps/${journalName}`) === true) ||
  (method === "POST" && url?.endsWith("/configmaps") === true)

/** The journal in a ConfigMap that is being written; undefined when it is another ConfigMap. */
function journalIn(body: string): StoredJournal | undefined {
  const { data } = JSON.parse(body) as { data?: Readonly<Record<string, string>> }
  const text = data?.["journal.json"]
  return text === undefined ? undefined : (JSON.parse(text) as StoredJournal)
}
