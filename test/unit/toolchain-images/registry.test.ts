import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { pushImage, writeImage } from "../../../toolchain/images/oci/index.ts"
import { writeIndex } from "../../../toolchain/images/several.ts"
import { temporaryDirectory } from "./temporary.ts"

interface Registry {
  readonly address: string
  /** Method and path of each request, without hosts and digests. */
  readonly requests: string[]
  readonly store: Map<string, Buffer>
  refuse?: { readonly method: string; readonly status: number; readonly text: string }
}

/** Just enough of the distribution protocol to see what is asked of a registry and to make it refuse. */
async function startRegistry(): Promise<Registry> {
  const registry: Registry = { address: "", requests: [], store: new Map() }
  const server = createServer((request, answer) => void answerTo(registry, request, answer))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return Object.assign(registry, { address: `127.0.0.1:${(server.address() as AddressInfo).port}` })
}

async function answerTo(registry: Registry, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const url = new URL(request.url ?? "", "http://registry")
  const method = request.method ?? ""
  registry.requests.push(`${method} ${url.pathname.replace(/sha256:\w+/, "DIGEST")}`)
  if (registry.refuse?.method === method) {
    answer.writeHead(registry.refuse.status).end(registry.refuse.text)
  } else if (method === "HEAD") {
    const held = registry.store.get(url.pathname)
    const digest = held && `sha256:${createHash("sha256").update(held).digest("hex")}`
    answer.writeHead(held ? 200 : 404, digest ? { "docker-content-digest": digest } : {}).end()
  } else if (method === "POST") {
    answer.writeHead(202, { location: `${url.pathname}1?state=x` }).end()
  } else {
    const digest = url.searchParams.get("digest")
    registry.store.set(digest ? url.pathname.replace("uploads/1", digest) : url.pathname, body)
    answer.writeHead(201).end()
  }
}

const target = (registry: Registry) => ({
  registry: registry.address,
  repository: "signalbox/sample",
  tag: "1.0.0",
})

async function sampleLayout(text = "hello"): Promise<string> {
  const layout = await temporaryDirectory()
  const entries = [{ type: "file" as const, path: "hello", mode: 0o644, bytes: Buffer.from(text) }]
  await writeImage(layout, { layers: [entries], labels: {}, tag: "1.0.0", architecture: "amd64" })
  return layout
}

test("an empty registry gets layer, configuration and then the manifest under its tag", async () => {
  const registry = await startRegistry()
  const result = await pushImage(await sampleLayout(), target(registry))
  expect(result.pushed).toBe(true)
  expect(registry.requests.at(-1)).toBe("PUT /v2/signalbox/sample/manifests/1.0.0")
  const manifest = registry.store.get("/v2/signalbox/sample/manifests/1.0.0") ?? Buffer.alloc(0)
  expect(`sha256:${createHash("sha256").update(manifest).digest("hex")}`).toBe(result.digest)
  expect(registry.store.size).toBe(3)
})

test("an image that is there is asked for once and not sent again", async () => {
  const registry = await startRegistry()
  const layout = await sampleLayout()
  await pushImage(layout, target(registry))
  registry.requests.length = 0
  expect((await pushImage(layout, target(registry))).pushed).toBe(false)
  expect(registry.requests).toEqual(["HEAD /v2/signalbox/sample/manifests/1.0.0"])
})

test("a tag that names another image is moved, and only missing blobs are sent", async () => {
  const registry = await startRegistry()
  const first = await pushImage(await sampleLayout(), target(registry))
  const second = await pushImage(await sampleLayout("changed"), target(registry))
  expect(second).toMatchObject({ pushed: true })
  expect(second.digest).not.toBe(first.digest)
})

test("a registry that refuses is quoted", async () => {
  const registry = await startRegistry()
  registry.refuse = { method: "POST", status: 507, text: "no space left" }
  await expect(pushImage(await sampleLayout(), target(registry))).rejects.toThrow(/HTTP 507 no space left/)
})

test("a registry that is not there is an error", async () => {
  const nowhere = { registry: "127.0.0.1:9", repository: "signalbox/sample", tag: "1.0.0" }
  await expect(pushImage(await sampleLayout(), nowhere)).rejects.toThrow(/ECONNREFUSED/)
})

async function layoutFor(architecture: "amd64" | "arm64"): Promise<string> {
  const layout = await temporaryDirectory()
  const entries = [{ type: "file" as const, path: "hello", mode: 0o644, bytes: Buffer.from(architecture) }]
  await writeImage(layout, { ...{ layers: [entries], labels: {}, tag: "1.0.0" }, architecture })
  return layout
}

test("an index gets its images first, each by its digest, and is under the tag at last", async () => {
  const registry = await startRegistry()
  const index = await temporaryDirectory()
  const digest = await writeIndex(index, [await layoutFor("amd64"), await layoutFor("arm64")], "1.0.0")
  expect(await pushImage(index, target(registry))).toEqual({ digest, pushed: true })
  expect(registry.requests.filter((one) => one.startsWith("PUT") && one.includes("manifests"))).toEqual([
    ...["PUT /v2/signalbox/sample/manifests/DIGEST", "PUT /v2/signalbox/sample/manifests/DIGEST"],
    "PUT /v2/signalbox/sample/manifests/1.0.0",
  ])
  const read = (name: string) =>
    JSON.parse((registry.store.get(`/v2/signalbox/sample/${name}`) ?? Buffer.alloc(0)).toString())
  const { mediaType, manifests } = read("manifests/1.0.0")
  expect(mediaType).toBe("application/vnd.oci.image.index.v1+json")
  expect(manifests.map((one: { readonly platform: object }) => one.platform)).toEqual([
    { architecture: "amd64", os: "linux" },
    { architecture: "arm64", os: "linux" },
  ])
  for (const { digest: of, platform } of manifests) {
    const { config, layers } = read(`manifests/${of}`)
    expect(read(`blobs/${config.digest}`).architecture).toBe(platform.architecture)
    expect(registry.store.has(`/v2/signalbox/sample/blobs/${layers[0].digest}`)).toBe(true)
  }
  expect((await pushImage(index, target(registry))).pushed).toBe(false)
})

test("two images for one platform are no index", async () => {
  const layouts = [await layoutFor("arm64"), await layoutFor("arm64")]
  await expect(writeIndex(await temporaryDirectory(), layouts, "1.0.0")).rejects.toThrow(
    "two images for one platform: linux/arm64, linux/arm64",
  )
})
