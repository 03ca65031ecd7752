import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { programError, SignalboxError, sha256 } from "../../../src/domain/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { manifestText } from "../../../src/evidence/registry/manifest.ts"
import { RegistryStore } from "../../../src/evidence/store/registry-store.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

interface FakeRegistry {
  readonly host: string
  /** `METHOD path` and the authorization of every request. */
  readonly requests: { readonly line: string; readonly authorization: string | undefined }[]
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function registry(
  answer: (request: IncomingMessage, content: Buffer, host: string) => Reply | Promise<Reply>,
): Promise<FakeRegistry> {
  const requests: FakeRegistry["requests"] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    requests.push({
      line: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
    })
    const reply = await answer(request, Buffer.concat(chunks), request.headers.host ?? "")
    response.writeHead(reply.status, reply.headers).end(reply.body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const client = (host: string, more: { retries?: number } = {}) =>
  new RegistryClient(host, {
    insecure: true,
    credentials: { username: "ann", password: "s3cret" },
    retries: 0,
    ...more,
  })

/** A registry behind tokens, each valid for its scope and a number of uses. */
function guarded(uses = Number.POSITIVE_INFINITY) {
  const stored = new Map<string, Buffer>()
  const left = new Map<string, number>()
  return registry((request, content, host) => {
    const url = new URL(request.url ?? "", `http://${host}`)
    if (url.pathname === "/token") {
      const token = `${url.searchParams.get("scope")} ${left.size}`
      left.set(token, uses)
      return { status: 200, body: JSON.stringify({ token }) }
    }
    const token = (request.headers.authorization ?? "").replace("Bearer ", "")
    const wanted = request.method === "GET" ? /:pull/ : /push/
    const rest = left.get(token) ?? 0
    if (rest === 0 || !wanted.test(token)) {
      const challenge = `Bearer realm="http://${host}/token",service="fake"`
      return { status: 401, headers: { "www-authenticate": challenge } }
    }
    left.set(token, rest - 1)
    if (request.method === "POST") return { status: 202, headers: { location: "/upload" } }
    if (request.method === "PUT") {
      stored.set(url.pathname === "/upload" ? `${url.searchParams.get("digest")}` : url.pathname, content)
      return { status: 201 }
    }
    const found = stored.get(url.pathname) ?? stored.get(url.pathname.split("/").at(-1) ?? "")
    return found === undefined ? { status: 404 } : { status: 200, body: found }
  })
}

describe("a registry that issues tokens", () => {
  it("is asked for a token with write access before a write", async () => {
    const { host } = await guarded()
    const store = new RegistryStore(client(host), host, "shop")
    const files = new Map([["record.json", bytes("{}")]])
    const stored = await store.put("releases", "v1.0.0", files)
    expect((await store.get("releases", "v1.0.0"))?.stored).toEqual(stored)
  })

  it("is asked for a new token when one has expired", async () => {
    const { host } = await guarded(2)
    const own = client(host)
    const texts = ["one", "two", "three", "four"]
    for (const text of texts) await own.putBlob("shop/web", bytes(text))
    for (const text of texts) expect(await own.blob("shop/web", sha256(text))).toEqual(bytes(text))
  })

  it("is not asked for ever when it refuses", async () => {
    const { host, requests } = await registry(() => ({
      status: 401,
      headers: { "www-authenticate": 'Basic realm="x"' },
    }))
    await expect(client(host).tags("shop/web")).rejects.toThrow(/REGISTRY_UNREACHABLE: .* 401[\s\S]*token/)
    expect(requests).toHaveLength(2)
  })
})

describe("evidence that two calls write at once", () => {
  it("is a conflict for the call whose content was overwritten", async () => {
    const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256("{}"), size: 2 }
    const theirs = manifestText("application/vnd.signalbox.releases.v1", config, [], {})
    let written = false
    const { host } = await registry(({ method, url = "" }) => {
      if (method === "POST") return { status: 202, headers: { location: "/upload" } }
      if (method === "PUT") {
        written ||= url.includes("/manifests/")
        return { status: 201 }
      }
      return written && url.includes("/manifests/") ? { status: 200, body: theirs } : { status: 404 }
    })
    const put = new RegistryStore(client(host), host, "shop").put("releases", "v1.0.0", new Map())
    await expect(put).rejects.toThrow(/RECORD_CONFLICT/)
    expect(written).toBe(true)
  })

  it("of one who was first while the other's files were on their way, stays", async () => {
    const kept = new Map<string, Buffer | string>()
    let between = async () => {}
    const { host } = await registry(async ({ method, url = "" }, content) => {
      const { pathname, searchParams } = new URL(url, "http://registry")
      if (method === "POST") return { status: 202, headers: { location: "/upload" } }
      if (method === "PUT") {
        kept.set(pathname === "/upload" ? `${searchParams.get("digest")}` : pathname, content)
        return { status: 201 }
      }
      if (method === "HEAD" && pathname.includes("/blobs/")) await between()
      const found = kept.get(pathname) ?? kept.get(pathname.split("/").at(-1) ?? "")
      return found === undefined ? { status: 404 } : { status: 200, body: found }
    })
    const store = new RegistryStore(client(host), host, "shop")
    const files = (text: string) => new Map([["record.json", bytes(text)]])
    between = async () => {
      between = async () => {}
      await store.put("releases", "v1.0.0", files("first"))
    }
    await expect(store.put("releases", "v1.0.0", files("second"))).rejects.toThrow(/RECORD_CONFLICT/)
    expect((await store.get("releases", "v1.0.0"))?.files).toEqual(files("first"))
  })
})

describe("a redirect by the registry", () => {
  it("does not send the credentials to another host", async () => {
    const other = await registry(() => ({ status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }))
    const { host, requests } = await registry((request) => {
      if (request.headers.authorization === undefined)
        return { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }
      return request.method === "POST"
        ? { status: 202, headers: { location: `http://${other.host}/upload` } }
        : { status: 404 }
    })
    await expect(client(host).putBlob("shop/web", bytes("x"))).rejects.toThrow(/REGISTRY_UNREACHABLE: .* 401/)
    expect(requests.some(({ authorization }) => authorization !== undefined)).toBe(true)
    expect(other.requests.map(({ authorization }) => authorization)).toEqual([undefined])
  })
})

describe("a list of tags in pages", () => {
  const pages = (next: string, second: Reply) =>
    registry((request) =>
      request.url?.includes("last=a")
        ? second
        : { status: 200, headers: { link: `<${next}>; rel="next"` }, body: '{"tags":["a"]}' },
    )
  const path = "/v2/shop/operations/tags/list?n=1000&last=a"
  const last: Reply = { status: 200, body: '{"tags":["b"]}' }

  it.each([path, `http://inside.example:5000${path}`])("is read to its end: %s", async (next) => {
    const { host } = await pages(next, last)
    expect(await client(host).tags("shop/operations")).toEqual(["a", "b"])
  })

  it("is an error when a page is missing", async () => {
    const { host } = await pages(path, { status: 404 })
    await expect(client(host).tags("shop/operations")).rejects.toThrow(/REGISTRY_UNREACHABLE: .* 404/)
  })

  it("is an error when a page links to itself", async () => {
    const { host, requests } = await pages(path, { ...last, headers: { link: `<${path}>; rel="next"` } })
    await expect(client(host).tags("shop/operations")).rejects.toThrow(
      /REGISTRY_UNREACHABLE: .* links to an earlier one/,
    )
    expect(requests).toHaveLength(2)
  })
})

describe("an invalid answer", () => {
  const ref = (host: string) => ({ registry: host, repository: "shop/releases", reference: "v1.0.0" })

  it.each([
    ["a page for people", "<html>Sign in</html>"],
    ["another document", '{"schemaVersion":2,"manifests":[]}'],
    ["nothing", ""],
  ])("is an error with its place: %s", async (_, body) => {
    const { host } = await registry(() => ({ status: 200, body }))
    await expect(client(host).manifest(ref(host))).rejects.toMatchObject({
      code: "OUTPUT_UNREADABLE",
      detail: { where: `${host}/shop/releases` },
    })
    await expect(client(host).tags("shop/releases")).rejects.toMatchObject({ code: "OUTPUT_UNREADABLE" })
  })

  it.each([429, 503])("is retried after %i", async (status) => {
    let asked = 0
    const { host } = await registry(() => {
      asked += 1
      return asked === 1 ? { status } : { status: 200, body: '{"tags":["a"]}' }
    })
    expect(await client(host, { retries: 1 }).tags("shop/web")).toEqual(["a"])
    asked = 0
    await expect(client(host).tags("shop/web")).rejects.toThrow(
      new RegExp(`REGISTRY_UNREACHABLE[\\s\\S]*${status}`),
    )
  })

  it("is retried when it was cut off, and in the end reported as unreachable", async () => {
    let whole = false
    const { host } = await registry(() => {
      const headers = { "content-length": whole ? "14" : "400" }
      whole = true
      return { status: 200, headers, body: '{"tags":["a"]}' }
    })
    // By then the response has let go of its socket.
    for (const server of servers)
      server.on("request", ({ socket }, response) => response.on("finish", () => socket.destroySoon()))
    await expect(client(host).tags("shop/web")).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" })
    whole = false
    expect(await client(host, { retries: 1 }).tags("shop/web")).toEqual(["a"])
  })
})

describe("sibling of V32: what a registry or a proxy sends back of a request", () => {
  const credentials = { username: "ci", password: "canary-of-the-registry-4711" }
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")
  it.each([
    ["an error page", 403, (header: string) => `<h1>Forbidden</h1> you sent ${header}`],
    ["one that cuts through it", 403, (header: string) => `${"x".repeat(280)}${header}`],
    ["the password itself", 403, () => `${"x".repeat(280)} ${credentials.password}`],
    ["what is no manifest", 200, (header: string) => `{"sent":"${header}"}`],
  ])("shows no credentials: %s", async (_, status, page) => {
    const { host } = await registry(({ headers }) =>
      headers.authorization === undefined
        ? { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }
        : { status, body: page(headers.authorization) },
    )
    const client = new RegistryClient(host, { insecure: true, credentials, retries: 0 })
    const error = await client
      .manifest({ registry: host, repository: "shop/web", reference: "v1" })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SignalboxError)
    const said = JSON.stringify(programError(error as SignalboxError, (text) => text)) + String(error)
    for (const secret of [basic, credentials.password])
      for (let length = 8; length <= secret.length; length++)
        expect(said).not.toContain(secret.slice(0, length))
  })

  it("shows no token that the registry has issued", async () => {
    const token = "issued-canary-0815-4711"
    const { host } = await registry(({ url, headers }, _, own) => {
      if (url?.startsWith("/token") === true) return { status: 200, body: JSON.stringify({ token }) }
      return headers.authorization === `Bearer ${token}`
        ? { status: 403, body: `no: ${headers.authorization}` }
        : { status: 401, headers: { "www-authenticate": `Bearer realm="http://${own}/token",service="r"` } }
    })
    const client = new RegistryClient(host, { insecure: true, credentials, retries: 0 })
    await expect(
      client.manifest({ registry: host, repository: "shop/web", reference: "v1" }),
    ).rejects.toThrow(/^(?![\s\S]*issued-canary)/)
  })
})
