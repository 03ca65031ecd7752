import { mkdir, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { renamed } from "../../../toolchain/images/content.ts"
import { collect } from "../../../toolchain/images/rootfs/index.ts"
import { temporaryDirectory } from "./temporary.ts"

/** As `ldd` of Debian 12 prints it for a program with one library. */
const ldd = `	linux-vdso.so.1 (0x00007ffd4a5f2000)
	libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f3c1d200000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f3c1d01f000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f3c1d2b1000)
`
const libraries = "usr/lib/x86_64-linux-gnu"

/** A Debian system with a merged /usr, one program, and what it is linked to. */
async function system(): Promise<string> {
  const root = await temporaryDirectory()
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const link = async (path: string, target: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await symlink(target, join(root, path))
  }
  for (const name of ["bin", "lib", "lib64", "sbin"]) await link(name, `usr/${name}`)
  await write("usr/sbin/server", "program")
  await write(`${libraries}/libz.so.1.2.13`, "z")
  await link(`${libraries}/libz.so.1`, "libz.so.1.2.13")
  await write(`${libraries}/libc.so.6`, "c")
  await write(`${libraries}/ld-linux-x86-64.so.2`, "loader")
  await link("usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
  await write("etc/server/mime.types", "types")
  await write("etc/server/unused.conf", "unused")
  await write("usr/share/doc/zlib1g/copyright", "zlib licence")
  const info = "var/lib/dpkg/info"
  await write(`${info}/server.list`, "/.\n/usr\n/usr/sbin/server\n/etc/server/mime.types\n")
  await write(`${info}/zlib1g:amd64.list`, "/.\n/usr\n/lib/x86_64-linux-gnu/libz.so.1.2.13\n")
  await write(`${info}/other.list`, "/.\n/usr\n/usr/bin/other\n")
  const paragraph = (name: string) => `Package: ${name}\nStatus: install ok installed\nVersion: 1.0-${name}\n`
  await write("var/lib/dpkg/status", ["server", "zlib1g", "other"].map(paragraph).join("\n"))
  return root
}

const options = (root: string, said = ldd) => ({ system: root, exec: async () => said })

test("a program comes with its libraries, the links to them, and nothing else", async () => {
  const { entries } = await collect({ programs: ["/usr/sbin/server"] }, options(await system()))
  expect(entries.map(({ path }) => path).sort()).toEqual([
    "bin",
    "lib",
    "lib64",
    "sbin",
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "usr/lib/x86_64-linux-gnu/libc.so.6",
    "usr/lib/x86_64-linux-gnu/libz.so.1",
    "usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
    "usr/lib64/ld-linux-x86-64.so.2",
    "usr/sbin/server",
    "usr/share/doc/zlib1g/copyright",
    "var/lib/dpkg/status.d/server",
    "var/lib/dpkg/status.d/zlib1g",
  ])
})

test("the packages that files come from are named, by whichever name of a merged /usr", async () => {
  const { packages } = await collect({ programs: ["/usr/sbin/server"] }, options(await system()))
  expect(packages).toEqual({ server: "1.0-server", zlib1g: "1.0-zlib1g" })
})

test("named files come without their neighbours", async () => {
  const { entries } = await collect(
    { programs: [], files: ["/etc/server/mime.types"] },
    options(await system()),
  )
  expect(entries.filter(({ path }) => path.startsWith("etc/")).map(({ path }) => path)).toEqual([
    "etc/server/mime.types",
  ])
})

test("the libraries of a package come for a program that is linked elsewhere", async () => {
  const { entries } = await collect({ programs: [], libraries: ["zlib1g"] }, options(await system()))
  expect(entries.map(({ path }) => path)).toContain(`${libraries}/libz.so.1.2.13`)
})

test("a program may get another name in the image, and keeps its package", async () => {
  const collected = await collect({ programs: ["/usr/sbin/server"] }, options(await system()))
  const { entries, packages } = renamed(collected, { "usr/sbin/server": "usr/bin/page" })
  const paths = entries.map(({ path }) => path)
  expect(paths).toContain("usr/bin/page")
  expect(paths).not.toContain("usr/sbin/server")
  expect(packages).toEqual(collected.packages)
  expect(() => renamed(collected, { "usr/sbin/sever": "usr/bin/page" })).toThrow("was not collected")
})

test("a program that lacks a library is refused", async () => {
  const said = "	libz.so.1 => not found\n"
  const collecting = collect({ programs: ["/usr/sbin/server"] }, options(await system(), said))
  await expect(collecting).rejects.toThrow("lacks libraries")
})
