import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { sha256 } from "../../../../src/domain/index.ts"

/** A registry in this process, reached over HTTP: it keeps what it is given. */
export interface MemoryRegistry extends AsyncDisposable {
  readonly host: string
  /** `METHOD path` of every request. */
  readonly seen: readonly string[]
}

/** @param api `referrers` for a registry that lists referrers itself. Default: one that knows no subjects. */
export async function memoryRegistry(api: "referrers" | "tags" = "tags"): Promise<MemoryRegistry> {
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
      const content = Buffer.concat(chunks)
      kept.set(name ?? "", content)
      // A manifest is found by its digest, too.
      if (uploaded === null && name !== undefined) kept.set(name.replace(/[^/]+$/, sha256(content)), content)
      const listsReferrers = api === "referrers" && content.includes('"subject"')
      return response.writeHead(201, listsReferrers ? { "oci-subject": "yes" } : {}).end()
    }
    if (url.pathname.endsWith("/tags/list")) {
      const manifests = url.pathname.replace(/tags\/list$/, "manifests/")
      const tags = [...kept.keys()]
        .filter(
          (key) => key.startsWith(manifests) && !key.includes("@") && !key.startsWith(`${manifests}sha256:`),
        )
        .map((key) => key.slice(manifests.length))
      return response.writeHead(200).end(JSON.stringify({ tags }))
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
