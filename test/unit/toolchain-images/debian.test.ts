import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { installedVersions, packagesLabel } from "../../../toolchain/images/rootfs/dpkg.ts"
import { isLeftOut, relock } from "../../../toolchain/images/rootfs/index.ts"
import { changesOf } from "../../../toolchain/images/rootfs/lock.ts"
import { temporaryDirectory } from "./temporary.ts"

const status = `Package: zlib1g
Status: install ok installed
Version: 1:1.2.13.dfsg-1
Description: compression library
 A second line.

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: bash
Status: install ok installed
Version: 5.2.15-2+b13
`

test("installed packages are read from dpkg's status, removed ones are not", () => {
  const versions = installedVersions(status)
  expect(versions).toEqual({ bash: "5.2.15-2+b13", zlib1g: "1:1.2.13.dfsg-1" })
  expect(packagesLabel(versions)).toBe("bash=5.2.15-2+b13 zlib1g=1:1.2.13.dfsg-1")
})

test("changes name what is new, other and gone", () => {
  expect(changesOf({ bash: "1", old: "2" }, { bash: "3", fresh: "4" })).toEqual([
    "bash 1 → 3",
    "fresh (not there) → 4",
    "old 2 → (gone)",
  ])
})

async function repository(sets: Record<string, Record<string, string>>): Promise<string> {
  const root = await temporaryDirectory()
  const file = join(root, "toolchain/images/debian.lock.json")
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ schemaVersion: 1, suite: "bookworm", sets }, null, 2)}\n`)
  return root
}

const lockOf = async (root: string) =>
  JSON.parse(await readFile(join(root, "toolchain/images/debian.lock.json"), "utf8")).sets

test.each([
  ["a version that is served as locked", { base: { bash: "1" } }, 0, false],
  ["another version than the locked one", { base: { bash: "0" } }, 1, true],
  ["a set that the lock does not know yet", {}, 0, true],
])("%s", async (_state, sets, warnings, written) => {
  const root = await repository(sets as Record<string, Record<string, string>>)
  const warned: string[] = []
  const options = { root, suite: "bookworm", installed: { base: { bash: "1" } }, write: true }
  expect(await relock({ ...options, warn: (line) => warned.push(line) })).toBe(written)
  expect(warned).toHaveLength(warnings)
  expect(await lockOf(root)).toEqual({ base: { bash: "1" } })
})

test("where the lock file must stay, a vanished version is still named", async () => {
  const root = await repository({ base: { bash: "0" } })
  const warned: string[] = []
  const installed = { base: { bash: "1" } }
  await relock({ root, suite: "bookworm", installed, write: false, warn: (line) => warned.push(line) })
  expect(warned.join()).toContain("bash 0 → 1")
  expect(await lockOf(root)).toEqual({ base: { bash: "0" } })
})

test.each([
  ["var/log/dpkg.log", true],
  ["var/cache/ldconfig/aux-cache", true],
  ["etc/machine-id", true],
  ["etc/resolv.conf", true],
  ["usr/sbin/update-ca-certificates", true],
  ["usr/share/doc/bash/changelog.gz", true],
  ["usr/share/doc/bash/copyright", false],
  ["var/log", false],
  ["etc/passwd", false],
  ["etc/ssl/certs/ca-certificates.crt", false],
  ["var/lib/dpkg/status", false],
])("%s is left out: %s", (path, expected) => {
  expect(isLeftOut(path)).toBe(expected)
})
