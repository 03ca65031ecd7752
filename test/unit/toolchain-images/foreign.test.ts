/** M010: packages of Debian for a processor that this machine does not have. Nothing of them is run. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { linksOf } from "../../../toolchain/images/foreign/elf.ts"
import { linkedByHeaders } from "../../../toolchain/images/foreign/linked.ts"
import { pathsOf, statusOf } from "../../../toolchain/images/foreign/packages.ts"
import { argumentsFor } from "../../../toolchain/images/foreign/step.ts"
import { installedVersions } from "../../../toolchain/images/rootfs/dpkg.ts"
import { recorded } from "../gates/recorded.ts"
import { temporaryDirectory } from "./temporary.ts"

const contents = recorded("debian/zlib1g.contents.txt")
const control = recorded("debian/zlib1g.control.txt")

test("what a package installs is read from its archive, links by their own names", () => {
  expect(pathsOf(contents)).toEqual([
    ...["/lib", "/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu/libz.so.1.2.13", "/usr", "/usr/share"],
    ...["/usr/share/doc", "/usr/share/doc/zlib1g", "/usr/share/doc/zlib1g/changelog.Debian.gz"],
    ...["/usr/share/doc/zlib1g/changelog.gz", "/usr/share/doc/zlib1g/copyright"],
    "/lib/aarch64-linux-gnu/libz.so.1",
  ])
  expect(() => pathsOf("dpkg-deb: error")).toThrow("not a line of dpkg-deb --contents")
})

test("a paragraph says what the status file of a system would", () => {
  const { name, text } = statusOf(control)
  expect(name).toBe("zlib1g")
  expect(installedVersions(text)).toEqual({ zlib1g: "1:1.2.13.dfsg-1" })
  expect(text).toContain("\nArchitecture: arm64\n")
  expect(() => statusOf("nothing")).toThrow("no paragraph of a package")
})

test("packages are unpacked for the other processor, and none is configured", () => {
  const all = argumentsFor(
    { name: "x", architecture: "arm64", packages: ["nginx", "busybox"], collect: { programs: [] } },
    "/out",
  )
  expect(all).toEqual(
    expect.arrayContaining(["--variant=extract", "--architectures=arm64", "--include=busybox,nginx"]),
  )
})

test("a program of this machine is linked to what its headers say", async () => {
  // Node: the one program that is certain to be here, and is linked at run time.
  const { interpreter, needed } = linksOf(await readFile(process.execPath))
  expect(interpreter).toMatch(/^\/lib(?:64)?\/ld-linux-/)
  expect(needed).toEqual(expect.arrayContaining(["libc.so.6", "libm.so.6"]))
})

test("a static program is linked to nothing, and what is no program is no answer", async () => {
  const program = await readFile(join(import.meta.dirname, "../../recorded/elf/go-arm64.elf"))
  expect(linksOf(program)).toEqual({ interpreter: undefined, needed: [] })
  expect(() => linksOf(Buffer.from("#!/bin/sh\n".repeat(20)))).toThrow("it is no ELF file")
  expect(() => linksOf(program.subarray(0, 100))).toThrow()
})

/** A program or library with these links, as short as one can be: headers, names, and no code. */
function elf(needed: readonly string[], interpreter?: string): Buffer {
  const names = Buffer.from(`\0${[...needed, interpreter ?? ""].join("\0")}\0`)
  const segments = interpreter === undefined ? 2 : 3
  const strings = 64 + 56 * segments
  const dynamic = strings + names.length
  const bytes = Buffer.alloc(dynamic + 16 * (needed.length + 2))
  bytes.writeUInt32BE(0x7f454c46)
  bytes.set([2, 1], 4)
  bytes.writeUInt16LE(183, 18)
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(segments, 56)
  names.copy(bytes, strings)
  const segment = (index: number, type: number, offset: number, address: number, size: number) => {
    bytes.writeUInt32LE(type, 64 + 56 * index)
    bytes.writeBigUInt64LE(BigInt(offset), 64 + 56 * index + 8)
    bytes.writeBigUInt64LE(BigInt(address), 64 + 56 * index + 16)
    bytes.writeBigUInt64LE(BigInt(size), 64 + 56 * index + 32)
  }
  // Loaded at another address than its place in the file, as real ones are.
  const base = 0x400000
  segment(0, 1, 0, base, bytes.length)
  segment(1, 2, dynamic, base + dynamic, bytes.length - dynamic)
  if (interpreter !== undefined)
    segment(2, 3, strings + names.indexOf(interpreter), 0, interpreter.length + 1)
  const entry = (index: number, tag: number, value: number) => {
    bytes.writeBigInt64LE(BigInt(tag), dynamic + 16 * index)
    bytes.writeBigUInt64LE(BigInt(value), dynamic + 16 * index + 8)
  }
  entry(0, 5, base + strings)
  for (const [index, name] of needed.entries()) entry(index + 1, 1, names.indexOf(name))
  return bytes
}

const libraries = "usr/lib/aarch64-linux-gnu"
const loader = "/lib/ld-linux-aarch64.so.1"

/** A system for another processor with a merged /usr: a server, two libraries of which one needs the other, and a loader. */
async function system(leftOut = ""): Promise<string> {
  const root = await temporaryDirectory()
  const write = async (path: string, bytes: Buffer) => {
    if (path === leftOut) return
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  await write("usr/sbin/server", elf(["libssl.so.3"], loader))
  await write(`${libraries}/libssl.so.3`, elf(["libcrypto.so.3", "libc.so.6"]))
  await write(`${libraries}/libcrypto.so.3.0.1`, elf(["libc.so.6"]))
  await write(`${libraries}/libc.so.6`, elf(["ld-linux-aarch64.so.1"]))
  await write(`${libraries}/ld-linux-aarch64.so.1`, elf([]))
  await symlink("libcrypto.so.3.0.1", join(root, libraries, "libcrypto.so.3"))
  // It leads to the system's own file: this machine has none of that name.
  await symlink("/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1", join(root, "usr/lib/ld-linux-aarch64.so.1"))
  await symlink("usr/lib", join(root, "lib"))
  return root
}

test("a foreign program comes with its loader, its libraries, and theirs", async () => {
  expect(await linkedByHeaders(await system(), "/usr/sbin/server")).toEqual([
    loader,
    ...["ld-linux-aarch64.so.1", "libc.so.6", "libcrypto.so.3", "libssl.so.3"].map(
      (name) => `/${libraries}/${name}`,
    ),
  ])
})

test("a library that is not there ends the step: nobody here would notice when the program starts", async () => {
  await expect(linkedByHeaders(await system(`${libraries}/libc.so.6`), "/usr/sbin/server")).rejects.toThrow(
    /\/libssl\.so\.3 lacks a library: libc\.so\.6 is not in/,
  )
})
