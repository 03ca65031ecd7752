import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import {
  digestOf,
  type ImageSpec,
  manifestOf,
  type TarEntry,
  writeImage,
} from "../../../toolchain/images/oci/index.ts"
import { temporaryDirectory } from "./temporary.ts"

const file = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  bytes: Buffer.from(text),
})

const spec = (changes: Partial<ImageSpec> = {}): ImageSpec => ({
  layers: [[file("etc/hello", "world"), file("etc/a", "b")]],
  labels: { "org.opencontainers.image.title": "sample", "org.opencontainers.image.version": "1.0.0" },
  tag: "1.0.0",
  architecture: "amd64",
  ...changes,
})

const write = async (changes?: Partial<ImageSpec>): Promise<{ layout: string; digest: string }> => {
  const layout = await temporaryDirectory()
  return { layout, digest: await writeImage(layout, spec(changes)) }
}

async function configurationOf(layout: string) {
  const { config } = await manifestOf(layout)
  return JSON.parse(await readFile(join(layout, "blobs/sha256", config.digest.slice(7)), "utf8"))
}

test("equal input gives the equal digest", async () => {
  expect((await write()).digest).toBe((await write()).digest)
})

test("the digest of a fixed image never changes by accident", async () => {
  // Raised knowingly only: a change makes every image of the toolchain new.
  expect((await write()).digest).toMatchInlineSnapshot(
    `"sha256:07d2b478eab540cbdcaf40fafb7a56144e77bcb926162edd3856a860854cd24c"`,
  )
})

test("the order of labels and of files does not change the digest", async () => {
  const labels = Object.fromEntries(Object.entries(spec().labels).reverse())
  const layers = [[file("etc/a", "b"), file("etc/hello", "world")]]
  expect((await write({ labels, layers })).digest).toBe((await write()).digest)
})

test.each<[string, Partial<ImageSpec>]>([
  ["a byte of a file", { layers: [[file("etc/hello", "World"), file("etc/a", "b")]] }],
  [
    "the rights of a file",
    { layers: [[{ ...file("etc/hello", "world"), mode: 0o600 }, file("etc/a", "b")]] },
  ],
  ["a label", { labels: { "org.opencontainers.image.title": "other" } }],
  ["the user", { user: "1001" }],
])("%s changes the digest", async (_what, changes) => {
  expect((await write(changes)).digest).not.toBe((await write()).digest)
})

test("the layout names the image, and every blob has the size and name that the manifest says", async () => {
  const { layout, digest } = await write()
  expect(await digestOf(layout)).toBe(digest)
  const manifest = await manifestOf(layout)
  for (const blob of [manifest.config, ...manifest.layers]) {
    expect((await stat(join(layout, "blobs/sha256", blob.digest.slice(7)))).size).toBe(blob.size)
  }
})

test("an image on a base has its layers below its own and overrides its settings", async () => {
  const base = await write({ env: { PATH: "/bin", A: "1" }, command: ["sh"], user: "0" })
  const above = await write({
    base: base.layout,
    layers: [[file("app", "x")]],
    env: { A: "2" },
    user: "1001",
    ports: [8080],
  })
  const [below, own] = (await manifestOf(above.layout)).layers
  expect(below).toEqual((await manifestOf(base.layout)).layers[0])
  expect(own).toBeDefined()
  const { config, rootfs } = await configurationOf(above.layout)
  expect(config).toMatchObject({
    User: "1001",
    Env: ["A=2", "PATH=/bin"],
    Cmd: ["sh"],
    ExposedPorts: { "8080/tcp": {} },
  })
  expect(rootfs.diff_ids).toHaveLength(2)
})

test("an own entry point drops the base's command, which was meant for another program", async () => {
  const base = await write({ command: ["bash"] })
  const above = await write({ base: base.layout, entrypoint: ["/tool"], layers: [] })
  expect((await configurationOf(above.layout)).config.Cmd).toBeUndefined()
})
