import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { lstat, mkdir, readFile, readlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { inLayerOrder, type TarEntry, tarBytes } from "../../../toolchain/images/oci/index.ts"
import { temporaryDirectory } from "./temporary.ts"

const file = (path: string, text: string, mode = 0o644): TarEntry => ({
  type: "file",
  path,
  mode,
  bytes: Buffer.from(text),
})

async function archive(entries: Iterable<TarEntry>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of tarBytes(entries)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Unpacks with the system's own tar, which is what proves that others can read the archive. */
async function unpack(entries: Iterable<TarEntry>): Promise<string> {
  const directory = await temporaryDirectory()
  const done = spawnSync("tar", ["--extract", "--directory", directory], { input: await archive(entries) })
  expect(done.stderr.toString()).toBe("")
  expect(done.status).toBe(0)
  return directory
}

test("tar unpacks files, directories, links and rights as they were put in", async () => {
  const directory = await unpack(
    inLayerOrder([
      file("usr/local/bin/tool", "#!/bin/sh\n", 0o755),
      { type: "symlink", path: "bin", target: "usr/local/bin", mode: 0o777 },
      { type: "hardlink", path: "a-copy", target: "usr/local/bin/tool", mode: 0o755 },
      { type: "directory", path: "tmp", mode: 0o1777 },
      file("empty", ""),
      file("closed", "nobody reads it", 0),
    ]),
  )
  expect(await readFile(join(directory, "usr/local/bin/tool"), "utf8")).toBe("#!/bin/sh\n")
  expect(await readlink(join(directory, "bin"))).toBe("usr/local/bin")
  const [original, copy, tmp] = await Promise.all(
    ["usr/local/bin/tool", "a-copy", "tmp"].map((name) => lstat(join(directory, name))),
  )
  expect(copy?.ino).toBe(original?.ino)
  expect((original?.mode ?? 0) & 0o7777).toBe(0o755)
  expect((tmp?.mode ?? 0) & 0o1000).toBe(0o1000)
  expect(original?.mtimeMs).toBe(0)
  expect((await lstat(join(directory, "closed"))).mode & 0o7777).toBe(0)
})

test("large files come from the disk as they are, between others", async () => {
  const directory = await temporaryDirectory()
  const bytes = Buffer.alloc(3_000_001, "large ")
  const from = join(directory, "large")
  await writeFile(from, bytes)
  const disk = (path: string): TarEntry => ({ type: "file", path, mode: 0o644, from, size: bytes.length })
  const unpacked = await unpack([file("a", "1"), disk("b"), disk("c"), file("d", "2")])
  for (const name of ["b", "c"]) expect((await readFile(join(unpacked, name))).equals(bytes)).toBe(true)
  for (const [name, text] of [
    ["a", "1"],
    ["d", "2"],
  ] as const)
    expect(await readFile(join(unpacked, name), "utf8")).toBe(text)
})

test.each([
  ["a name of exactly 100 characters", "x".repeat(100)],
  ["a name that ustar splits at a slash", `${"d".repeat(90)}/${"f".repeat(80)}`],
  ["a name that only a pax record holds", `${"d".repeat(120)}/${"f".repeat(150)}`],
  ["a name outside ASCII", "größe/ключ/鍵.txt"],
])("%s is kept", async (_state, path) => {
  const directory = await unpack(inLayerOrder([file(path, "content")]))
  expect(await readFile(join(directory, path), "utf8")).toBe("content")
})

test("a link target of more than 100 characters is kept", async () => {
  const target = `../${"t".repeat(140)}`
  const directory = await unpack([{ type: "symlink", path: "link", target, mode: 0o777 }])
  expect(await readlink(join(directory, "link"))).toBe(target)
})

test("any tree comes back as it was", async () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_+@=, äé-]{1,40}$/)
  const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"))
  const tree = fc.dictionary(path, fc.uint8Array({ maxLength: 2000 }), { maxKeys: 8 })
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      // A path cannot be a file and a directory at once.
      const paths = Object.keys(files).filter(
        (one) => !Object.keys(files).some((other) => other.startsWith(`${one}/`)),
      )
      const entries = paths.map((one) => ({ ...file(one, ""), bytes: Buffer.from(files[one] ?? []) }))
      const directory = await unpack(inLayerOrder(entries))
      for (const one of paths) {
        expect(await readFile(join(directory, one))).toEqual(Buffer.from(files[one] ?? []))
      }
    }),
    { numRuns: 15 },
  )
})

test("the order in which entries are given changes nothing", async () => {
  const entries = [file("b/x", "1"), file("a", "2"), file("b-c", "3"), file("b/a/y", "4")]
  const digest = async (list: TarEntry[]) =>
    createHash("sha256")
      .update(await archive(inLayerOrder(list)))
      .digest("hex")
  expect(await digest(entries)).toBe(await digest([...entries].reverse()))
})

test("a directory comes before what it holds, and its content before its neighbours", () => {
  const paths = inLayerOrder([file("b-c", ""), file("b/x", ""), file("a/b/c", "")]).map((entry) => entry.path)
  expect(paths).toEqual(["a", "a/b", "a/b/c", "b", "b/x", "b-c"])
})

test("the later of two entries with one path counts", () => {
  const [only] = inLayerOrder([file("etc", "old"), file("etc", "new")])
  expect(only).toMatchObject({ bytes: Buffer.from("new") })
})

test.each(["/etc", "a//b", "../x", "a/./b", "", "a/"])('the path "%s" is refused', (path) => {
  expect(() => inLayerOrder([file(path, "")])).toThrow("not a clean relative path")
})

test("a file that changed since its entry was made is refused, not cut", async () => {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, "d"))
  const from = join(directory, "d", "grows")
  await writeFile(from, "longer than before")
  await expect(archive([{ type: "file", path: "grows", mode: 0o644, from, size: 3 }])).rejects.toThrow(
    "changed while",
  )
})
