import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { pack } from "tar-stream"
import { type Digest, sha256 } from "../../../../src/domain/index.ts"

export const layerTypes = {
  trivy: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
  trivyJava: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
  osv: "application/vnd.signalbox.osv.layer.v1.tar+gzip",
} as const

/** How a registry behaves that is not well. Default: it answers, without asking who comes. */
interface Behaviour {
  /** Answers 503 to everything. */
  readonly out?: boolean
  /** Ends the connection after so many bytes of a blob, though it has announced all of them. */
  readonly cutAfter?: number
  /** Says that a blob is complete after so many bytes. */
  readonly shortBy?: number
  /** Answers another blob's content. */
  readonly swaps?: Buffer
  /** Asks for an anonymous token, as public registries do. */
  readonly asksForToken?: boolean
  /** Has its blobs on another host, as public registries do. */
  readonly redirectsTo?: string
}

/** A registry on loopback that serves artifacts by the distribution API, and writes down who asked for what. */
export interface ArtifactRegistry extends AsyncDisposable {
  readonly host: string
  /** `METHOD path`, with ` (token)` where the request had one. */
  readonly seen: string[]
  behaviour: Behaviour
  /** Stores an artifact under a tag, and returns its digest. */
  put(name: string, tag: string, archive: Buffer, options?: PutOptions): Digest
}

interface PutOptions {
  readonly mediaType?: string
  /** Size that the manifest says. Default: that of the archive. */
  readonly size?: number
  readonly layers?: number
  /** What oras adds: two uploads of one file have different manifests. */
  readonly created?: string
}

export async function artifactRegistry(): Promise<ArtifactRegistry> {
  const manifests = new Map<string, Buffer>()
  const blobs = new Map<string, Buffer>()
  const seen: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://registry")
    const authorization = request.headers.authorization
    seen.push(`${request.method} ${url.pathname}${authorization === undefined ? "" : " (token)"}`)
    const { behaviour } = registry
    if (behaviour.out === true) return response.writeHead(503).end("no backend")
    if (url.pathname === "/token")
      return response.writeHead(200).end(JSON.stringify({ token: `for ${url.searchParams.get("scope")}` }))
    const [, repository = "", kind, reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? []
    if (behaviour.asksForToken === true && authorization !== `Bearer for repository:${repository}:pull`)
      return challenge(response, registry.host)
    const found = kind === "blobs" ? blobs.get(reference) : manifests.get(`${repository} ${reference}`)
    if (found === undefined) return response.writeHead(404).end("{}")
    if (kind !== "blobs") return response.writeHead(200, { "content-type": manifestType }).end(found)
    if (behaviour.redirectsTo !== undefined)
      return response.writeHead(307, { location: `http://${behaviour.redirectsTo}${url.pathname}` }).end()
    return sendBlob(request, response, found, behaviour)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const registry: ArtifactRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    behaviour: {},
    put(
      name,
      tag,
      archive,
      { mediaType = layerTypes.trivy, size = archive.length, layers = 1, created } = {},
    ) {
      const layer = { mediaType, digest: sha256(archive), size, annotations: titled("db.tar.gz") }
      blobs.set(layer.digest, archive)
      const text = Buffer.from(JSON.stringify(manifestOf(Array(layers).fill(layer), created)))
      manifests.set(`${name} ${tag}`, text)
      manifests.set(`${name} ${sha256(text)}`, text)
      return sha256(text)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return registry
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"
const titled = (name: string) => ({ "org.opencontainers.image.title": name })

/** As `oras push --artifact-type` writes it. */
function manifestOf(layers: readonly object[], created: string | undefined) {
  const empty = { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256("{}"), size: 2 }
  return {
    ...{ schemaVersion: 2, mediaType: manifestType },
    artifactType: "application/vnd.aquasec.trivy.config.v1+json",
    ...{ config: empty, layers },
    ...(created === undefined ? {} : { annotations: { "org.opencontainers.image.created": created } }),
  }
}

function challenge(response: ServerResponse, host: string) {
  const header = `Bearer realm="http://${host}/token",service="registry",scope="repository:x:pull"`
  return response.writeHead(401, { "www-authenticate": header }).end("{}")
}

function sendBlob(request: IncomingMessage, response: ServerResponse, blob: Buffer, behaviour: Behaviour) {
  const { cutAfter, shortBy, swaps } = behaviour
  const content = swaps ?? blob
  if (cutAfter !== undefined) {
    response.writeHead(200, { "content-length": content.length })
    response.write(content.subarray(0, cutAfter), () => request.socket.destroy())
    return response
  }
  return response.writeHead(200).end(content.subarray(0, content.length - (shortBy ?? 0)))
}

/** One member of an archive: a file, or what tar-stream takes for something else. */
export interface Member {
  readonly name: string
  readonly content?: string | Buffer
  readonly type?: "file" | "directory" | "symlink"
  readonly linkname?: string
}

/** An archive as `tar cvzf` makes it. */
export async function archiveOf(members: readonly Member[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of members) archive.entry(header, content ?? "")
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}
