import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** A registry in this process, reached over HTTP: it keeps what it is given. */
export interface MemoryRegistry extends AsyncDisposable {
  readonly host: string
  /** `METHOD path` of every request. */
  readonly seen: readonly string[]
}

export async function memoryRegistry(): Promise<MemoryRegistry> {
  const kept = new Map<string, Buffer>()
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? "", "http://registry")
    seen.push(`${request.method} ${url.pathname}`)
    // Blobs are known by their digest, manifests by their path.
    const uploaded = url.searchParams.get("digest")
    const name =
      uploaded ?? (url.pathname.includes("/blobs/") ? url.pathname.split("/").at(-1) : url.pathname)
    if (request.method === "POST") return response.writeHead(202, { location: "/v2/upload" }).end()
    if (request.method === "PUT") {
      kept.set(name ?? "", Buffer.concat(chunks))
      return response.writeHead(201).end()
    }
    const found = kept.get(name ?? "")
    return response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
