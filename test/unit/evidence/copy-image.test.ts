/** An image that is built elsewhere, copied by the program that the runner starts, between two registries over HTTP. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, it } from "vitest"
import { type Digest, sha256 } from "../../../src/domain/index.ts"
import { main } from "../../../src/evidence/image/main.ts"
import { here } from "./support/run-program.ts"

const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  schema2: "application/vnd.docker.distribution.manifest.v2+json",
}

/** What a registry holds: documents with their types, and blobs, by digest or tag. */
interface Content {
  readonly documents: Map<string, { readonly type: string; readonly bytes: Buffer }>
  readonly blobs: Map<string, Buffer>
}

interface Registry extends Content {
  readonly host: string
  /** `METHOD path` in the order in which they came. */
  readonly lines: string[]
  /** Every Authorization header. */
  readonly credentials: Set<string>
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** @param guarded whether it asks for a user and a password. */
async function registry(guarded = false): Promise<Registry> {
  const documents: Content["documents"] = new Map()
  const blobs: Content["blobs"] = new Map()
  const lines: string[] = []
  const credentials = new Set<string>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? "", "http://registry")
    lines.push(`${request.method} ${url.pathname}`)
    const { authorization } = request.headers
    if (authorization !== undefined) credentials.add(authorization)
    const end = (status: number, headers: Record<string, string> = {}, body?: Buffer) =>
      response.writeHead(status, headers).end(body)
    if (guarded && authorization === undefined) return end(401, { "www-authenticate": 'Basic realm="r"' })
    const name = url.pathname.split("/").at(-1) ?? ""
    if (request.method === "POST") return end(202, { location: "/v2/upload" })
    if (request.method === "PUT") {
      const bytes = Buffer.concat(chunks)
      if (url.pathname === "/v2/upload") blobs.set(url.searchParams.get("digest") ?? "", bytes)
      else documents.set(name, { type: request.headers["content-type"] ?? "", bytes })
      return end(201)
    }
    const document = documents.get(name)
    if (document !== undefined) return end(200, { "content-type": document.type }, document.bytes)
    const blob = blobs.get(name)
    return blob === undefined ? end(404) : end(200, {}, request.method === "HEAD" ? undefined : blob)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, documents, blobs, lines, credentials }
}

/** Stores an image whose JSON is not canonical, because a copy must not serialise it again. */
function putImage({ documents, blobs }: Content, layer: string, type = types.manifest): Digest {
  const blob = (text: string) => {
    blobs.set(sha256(text), Buffer.from(text))
    return { mediaType: "application/octet-stream", digest: sha256(text), size: text.length }
  }
  const manifest = { schemaVersion: 2, layers: [blob(layer)], config: blob(`{"of":"${layer}"}`) }
  return putDocument(documents, `${JSON.stringify(manifest, null, 3)}\n`, type)
}

const named = ["linux/amd64", "linux/arm64"]

function putIndex(
  { documents }: Content,
  parts: readonly Digest[],
  type = types.index,
  platforms: readonly (string | undefined)[] = named,
): Digest {
  const manifests = parts.map((digest, at) => {
    const [os, architecture, variant] = platforms[at]?.split("/") ?? []
    const platform = os === undefined ? {} : { platform: { os: os === "7" ? 7 : os, architecture, variant } }
    return { mediaType: types.manifest, digest, size: 1, ...platform }
  })
  return putDocument(documents, JSON.stringify({ manifests, schemaVersion: 2 }), type)
}

function putDocument(documents: Content["documents"], text: string, type: string): Digest {
  documents.set(sha256(text), { type, bytes: Buffer.from(text) })
  return sha256(text)
}

async function copy(from: Registry, digest: string, to: Registry, password?: string, judged = named) {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-copy-"))
  const file = join(directory, "password")
  await writeFile(file, password ?? "")
  const signedIn = password === undefined ? [] : ["--user", "ann", "--password-file", file]
  const target = ["--registry", to.host, "--repository", "shop/cache", "--tag", "v1.0.0", "--insecure"]
  const out = ["--out", directory]
  const image = [
    "--image",
    `${from.host}/tools/cache@${digest}`,
    "--image-insecure",
    "--judged",
    judged.join(),
  ]
  try {
    const { code, stderr } = await here(main, [...target, ...image, ...signedIn, ...out])
    if (code !== 0) return { code, said: stderr }
    return { code, said: JSON.parse(await readFile(join(directory, "answer.json"), "utf8")).digest }
  } finally {
    await rm(directory, { recursive: true })
  }
}

it.each([
  ["in OCI's form", types.manifest],
  ["in Docker's", types.schema2],
])("an image %s keeps its digest, byte by byte, and its tag comes last", async (_, type) => {
  const [from, to] = [await registry(), await registry()]
  const digest = putImage(from, "layer", type)
  expect(await copy(from, digest, to)).toEqual({ code: 0, said: digest })
  expect(to.documents.get("v1.0.0")).toEqual(from.documents.get(digest))
  expect([...to.blobs.keys()].sort()).toEqual([...from.blobs.keys()].sort())
  expect(to.lines.at(-1)).toBe("PUT /v2/shop/cache/manifests/v1.0.0")
})

it.each([
  ["an index", types.index],
  ["a manifest list", types.list],
])("%s of several platforms is copied with all of them, before what names them", async (_, type) => {
  const [from, to] = [await registry(), await registry()]
  const parts = [putImage(from, "amd64"), putImage(from, "arm64")]
  const digest = putIndex(from, parts, type)
  expect(await copy(from, digest, to)).toEqual({ code: 0, said: digest })
  expect([...to.documents.keys()]).toEqual([...parts, "v1.0.0"])
  expect(to.documents.get("v1.0.0")).toEqual(from.documents.get(digest))
})

it.each([
  [
    "has more platforms than were judged",
    named,
    ["linux/amd64"],
    "an index with linux/arm64, of which nothing was judged",
  ],
  ["has fewer", named, [...named, "linux/s390x"], "an index without linux/s390x, which was judged"],
  ["has two images for one", ["linux/amd64", "linux/amd64"], ["linux/amd64"], "two images for linux/amd64"],
  ["does not name a platform", [undefined, "linux/arm64"], ["linux/arm64"], "a platform that is not named"],
  ["names one by no words", ["7/7", "linux/arm64"], ["linux/arm64"], "a platform that is not named"],
  ["has another variant", ["linux/arm/v6", "linux/arm"], ["linux/arm/v7"], "linux/arm/v6"],
] as const)("an index that %s is refused, and nothing of it is copied", async (_, there, judged, why) => {
  const [from, to] = [await registry(), await registry()]
  const digest = putIndex(from, [putImage(from, "1"), putImage(from, "2")], types.index, there)
  const { code, said } = await copy(from, digest, to, undefined, [...judged])
  expect(code).toBe(13)
  expect(said).toMatch(/^CONFIG_INVALID/)
  expect(said).toContain(why)
  expect(said).toContain("components.NAME.platforms")
  expect(to.lines).toEqual([])
})

it("what stands in an index beside its images is copied with it, and is no platform", async () => {
  const [from, to] = [await registry(), await registry()]
  const parts = [putImage(from, "amd64"), putImage(from, "provenance"), putImage(from, "arm")]
  const digest = putIndex(from, parts, types.index, ["linux/amd64", "unknown/unknown", "linux/arm64/v8"])
  expect(await copy(from, digest, to)).toEqual({ code: 0, said: digest })
  expect([...to.documents.keys()]).toEqual([...parts, "v1.0.0"])
})

it("an image that the target has is not uploaded again", async () => {
  const [from, to] = [await registry(), await registry()]
  const digest = putImage(from, "layer")
  await copy(from, digest, to)
  to.lines.splice(0)
  from.lines.splice(0)
  expect(await copy(from, digest, to)).toMatchObject({ code: 0 })
  expect(to.lines.filter((line) => line.startsWith("POST"))).toEqual([])
  expect(new Set(from.lines)).toEqual(new Set([`GET /v2/tools/cache/manifests/${digest}`]))
})

it("the token of the project's registry is sent to no other", async () => {
  const [from, to] = [await registry(true), await registry(true)]
  const digest = putImage(from, "layer")
  expect(await copy(from, digest, to, "s3cret")).toEqual({
    code: 11,
    said: expect.stringMatching(/^REGISTRY_UNREACHABLE: the registry answered 401/),
  })
  expect([...from.credentials]).toEqual([])
  expect(to.documents.size).toBe(0)
})

it("an image in the project's own registry is read with the project's token", async () => {
  const own = await registry(true)
  const digest = putImage(own, "layer")
  expect(await copy(own, digest, own, "s3cret")).toEqual({ code: 0, said: digest })
  expect([...own.credentials]).toEqual([`Basic ${Buffer.from("ann:s3cret").toString("base64")}`])
})

it.each([
  [
    "does not exist",
    (_: Registry) => sha256("nothing"),
    /^REGISTRY_UNREACHABLE: the image to copy does not exist/,
  ],
  [
    "does not match its digest",
    ({ documents }: Registry) => {
      documents.set(sha256("meant"), { type: types.manifest, bytes: Buffer.from("other") })
      return sha256("meant")
    },
    /^STATE_DAMAGED: the registry returned content with another digest/,
  ],
  [
    "is not an image",
    ({ documents }: Registry) => putDocument(documents, '{"schemaVersion":1}', "application/x"),
    /^OUTPUT_UNREADABLE: the registry's content under this digest is not an image/,
  ],
  [
    "is an index in an index",
    (from: Registry) => putIndex(from, [putIndex(from, [putImage(from, "a")]), putImage(from, "b")]),
    /^OUTPUT_UNREADABLE.*an index in an index/s,
  ],
])("an image that %s leaves no tag behind", async (_, put, message) => {
  const [from, to] = [await registry(), await registry()]
  expect(await copy(from, put(from), to)).toMatchObject({ said: expect.stringMatching(message) })
  expect(to.documents.has("v1.0.0")).toBe(false)
})
