import { Resolver } from "node:dns/promises"
import { existsSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { createConnection } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { ApiClient } from "./api.ts"
import { addresses, nodeName, ports, runtimeFiles } from "./layout.ts"

type Log = (line: string) => void

const pauseMs = 30
const complainEveryMs = 10_000

/**
 * Asks again and again until the answer is yes. An error is a no, for what is asked is still starting; the last
 * one is logged every ten seconds, so that a wait without an end says what for and why.
 */
export async function until(what: string, log: Log, question: () => Promise<boolean>): Promise<void> {
  let complainAt = Date.now() + complainEveryMs
  for (;;) {
    let reason = "not yet"
    try {
      if (await question()) return
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > complainAt) {
      log(`still waiting for ${what}: ${reason}`)
      complainAt = Date.now() + complainEveryMs
    }
    await sleep(pauseMs)
  }
}

export const containerdIsUp = (log: Log): Promise<void> =>
  until("containerd", log, async () => existsSync(runtimeFiles.containerdSocket))

export const etcdIsUp = (log: Log): Promise<void> =>
  until("etcd", log, () => accepts("127.0.0.1", ports.etcd))

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on("error", reject)
  })
}

export const apiServerIsUp = (api: ApiClient, log: Log): Promise<void> =>
  until("the API server", log, async () => (await api.get("/readyz")) === "ok")

/** The kubelet says that the node is ready, and said so after `since`: the state may remember an earlier life. */
export const nodeIsReady = (api: ApiClient, since: Date, log: Log): Promise<void> =>
  until("the node", log, async () => {
    const node = (await api.get(`/api/v1/nodes/${nodeName}`)) as NodeObject
    const ready = node.status.conditions?.find(({ type }) => type === "Ready")
    return ready?.status === "True" && Date.parse(ready.lastHeartbeatTime) >= Math.floor(+since / 1000) * 1000
  })

interface NodeObject {
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly lastHeartbeatTime: string
    }[]
  }
}

/**
 * A service's name is found through the service address of the name service: API server, scheduler, kubelet,
 * containerd, pod network, kube-proxy and CoreDNS all did their part.
 */
export const namesResolve = (log: Log): Promise<void> =>
  until("the name service", log, async () => {
    const resolver = new Resolver({ timeout: 250, tries: 1 })
    resolver.setServers([addresses.dns])
    const found = await resolver.resolve4(`kubernetes.default.svc.${addresses.domain}`)
    return found.includes(addresses.apiServer)
  })

/**
 * Opens the port that says "ready": until then a connection is refused, which is what waits for a service's port
 * understand. Serves the authority's certificate, which is public; a client still needs credentials.
 */
export function serveReady(authority: string, seconds: number): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader("x-cluster", "ready")
    if (request.url === "/ca.crt") response.end(authority)
    else if (request.url === "/ready") response.end(JSON.stringify({ ready: true, seconds }))
    else response.writeHead(404).end()
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(ports.ready, "0.0.0.0", () => resolve(server))
  })
}
