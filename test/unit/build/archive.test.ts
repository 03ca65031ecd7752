import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { unpackArchive } from "../../../src/build/archive/main.ts"
import { normaliseImage } from "../../../src/build/archive/normalise.ts"
import { imageIndex } from "../../../src/build/archive/platforms.ts"

const root = mkdtempSync(join(tmpdir(), "archive-"))
afterAll(() => rmSync(root, { recursive: true }))

const sha = (content: string | Buffer) => createHash("sha256").update(content).digest("hex")

/** An archive as an engine writes it, made with the real tar. */
function engineArchive(name: string, created: string, layers: readonly string[], omit?: string): string {
  const directory = join(root, name)
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  const blob = (content: string, mediaType: string) => {
    write(`blobs/sha256/${sha(content)}`, content)
    return { mediaType, digest: `sha256:${sha(content)}`, size: Buffer.byteLength(content) }
  }
  const config = blob(
    JSON.stringify({
      created,
      architecture: "amd64",
      os: "linux",
      config: { User: "1001:1001", ExposedPorts: { "8080/tcp": {} }, Labels: { title: "web" } },
      history: layers.map(() => ({ created, created_by: "Directory.withDirectory" })),
      rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha(layer)}`) },
    }),
    "application/vnd.oci.image.config.v1+json",
  )
  const manifest = blob(
    JSON.stringify({
      schemaVersion: 2,
      config,
      layers: layers.map((layer) => blob(layer, "application/vnd.oci.image.layer.v1.tar+gzip")),
    }),
    "application/vnd.oci.image.manifest.v1+json",
  )
  write("index.json", JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
  const file = join(root, `${name}.tar`)
  execFileSync("tar", ["-cf", file, ...(omit === undefined ? [] : ["--exclude", omit]), "-C", directory, "."])
  return file
}

/** The layout that comes of an archive: what it says, and every file's digest by path. */
async function unpack(archive: string, out: string) {
  const directory = join(root, out)
  mkdirSync(directory)
  const facts = await unpackArchive(archive, directory)
  const layout = join(directory, "layout")
  const files = readdirSync(layout, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.endsWith("sha256") && path !== "blobs",
  )
  return {
    facts,
    layout,
    content: Object.fromEntries(files.map((path) => [path, sha(readFileSync(join(layout, path)))])),
  }
}

const layers = ["first layer", "x".repeat(3000), "first layer"]

describe("an image's archive", () => {
  test("equal content made at different times: equal files, equal digest", async () => {
    const monday = await unpack(engineArchive("a", "2026-11-16T08:00:00.123Z", layers), "out-a")
    const friday = await unpack(engineArchive("b", "2026-11-20T21:30:00.456Z", layers), "out-b")
    expect(friday.facts.digest).toBe(monday.facts.digest)
    expect(friday.content).toEqual(monday.content)
  })

  test("other content: another digest", async () => {
    const one = await unpack(engineArchive("c", "2026-11-16T08:00:00Z", ["one"]), "out-c")
    const two = await unpack(engineArchive("d", "2026-11-16T08:00:00Z", ["two"]), "out-d")
    expect(two.facts.digest).not.toBe(one.facts.digest)
  })

  test("says what is in it", async () => {
    const { facts } = await unpack(engineArchive("e", "2026-11-16T08:00:00Z", ["12345", "678"]), "out-e")
    expect(facts).toMatchObject({
      bytes: 8,
      platform: "linux/amd64",
      user: "1001:1001",
      exposedPorts: ["8080/tcp"],
      healthcheck: false,
      labels: { title: "web" },
    })
    expect(facts.layers.map(({ digest }) => digest)).toEqual([
      `sha256:${sha("12345")}`,
      `sha256:${sha("678")}`,
    ])
  })

  test("becomes a layout in which every blob has the digest and size that name it", async () => {
    const { facts, layout } = await unpack(engineArchive("f", "2026-11-16T08:00:00Z", layers), "out-f")
    const read = (digest: string) => readFileSync(join(layout, "blobs", digest.replace(":", "/")))
    const [top] = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")).manifests
    expect(top.digest).toBe(facts.digest)
    const manifest = JSON.parse(read(top.digest).toString())
    for (const { digest, size } of [top, manifest.config, ...manifest.layers]) {
      expect(`sha256:${sha(read(digest))}`).toBe(digest)
      expect(read(digest)).toHaveLength(size)
    }
    expect(JSON.parse(read(manifest.config.digest).toString())).toMatchObject({
      created: "1970-01-01T00:00:00Z",
    })
  })

  test("without a layer that it names: refused", async () => {
    const archive = engineArchive("g", "2026-11-16T08:00:00Z", ["gone"], `./blobs/sha256/${sha("gone")}`)
    await expect(unpack(archive, "out-g")).rejects.toThrow(`the archive has no blobs/sha256/${sha("gone")}`)
  })
})

test("the order of keys does not matter", () => {
  const config = { mediaType: "c", digest: "sha256:0", size: 1 }
  const one = normaliseImage({ schemaVersion: 2, config, layers: [] }, { os: "linux", architecture: "amd64" })
  const two = normaliseImage({ layers: [], config, schemaVersion: 2 }, { architecture: "amd64", os: "linux" })
  expect(two.digest).toBe(one.digest)
})

describe("M010 the index of several platforms", () => {
  const manifest = (text: string) => ({ mediaType: "m", digest: `sha256:${sha(text)}`, size: text.length })
  const entries = ["linux/amd64", "linux/arm64"].map((platform) => ({
    platform,
    manifest: manifest(platform),
  }))

  test("is the same in whichever order its images were built, and another one with another image", () => {
    const { digest, documents } = imageIndex(entries)
    expect(imageIndex(entries.toReversed()).digest).toBe(digest)
    const [first, second] = entries
    if (first === undefined || second === undefined) throw new Error("there are two")
    expect(imageIndex([first, { ...second, manifest: manifest("other") }]).digest).not.toBe(digest)
    const text = documents.get(`blobs/${digest.replace(":", "/")}`) ?? ""
    expect(`sha256:${sha(text)}`).toBe(digest)
    expect(JSON.parse(text).manifests).toEqual([
      { ...first.manifest, platform: { os: "linux", architecture: "amd64" } },
      { ...second.manifest, platform: { os: "linux", architecture: "arm64" } },
    ])
    expect(JSON.parse(documents.get("index.json") ?? "").manifests).toMatchObject([{ digest }])
  })
})
