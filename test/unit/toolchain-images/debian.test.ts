import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { debianChanges, isDebianStep } from "../../../toolchain/images/index.ts"
import { installedVersions, packagesLabel } from "../../../toolchain/images/rootfs/dpkg.ts"
import { isLeftOut, movedOn, readLock, writeLock } from "../../../toolchain/images/rootfs/index.ts"
import { changesOf } from "../../../toolchain/images/rootfs/lock.ts"
import { steps as allSteps } from "../../../toolchain/parts.ts"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import { planSteps, type Step } from "../../../toolchain/steps/index.ts"
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

const locked = { base: { bash: "1", zlib1g: "2" }, donor: { bash: "1" } }

test("where Debian serves what is locked there is nothing to tell", () => {
  expect(movedOn(locked, { donor: { bash: "1" } })).toBeUndefined()
  expect(movedOn(locked, locked)).toBeUndefined()
})

test("where it has moved on, one line names each change once, and no more than a line has room for", () => {
  const moved = { base: { bash: "3", zlib1g: "2" }, donor: { bash: "3" } }
  expect(movedOn(locked, moved)).toBe(
    "Debian has moved on from toolchain/images/debian.lock.json; the images hold bash 1 → 3",
  )
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`package-${index}`, "1"]))
  const line = movedOn({ base: {} }, { base: many })
  expect(line).toMatch(/package-4 \(not there\) → 1, and 4 more$/)
  expect(line).not.toContain("\n")
})

async function repository(): Promise<string> {
  const root = await temporaryDirectory()
  const file = join(root, "toolchain/images/debian.lock.json")
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ schemaVersion: 1, suite: "bookworm", sets: locked }, null, 2)}\n`)
  return root
}

test("a maintainer's lock is written when something differs, and says so", async () => {
  const root = await repository()
  expect(await writeLock(root, "bookworm", locked)).toBe(false)
  const moved = { ...locked, base: { bash: "3" } }
  expect(await writeLock(root, "bookworm", moved)).toBe(true)
  expect(await readLock(root)).toEqual({ schemaVersion: 1, suite: "bookworm", sets: moved })
})

/** As a run of `up` leaves it on a day on which Debian serves other versions than the committed ones. */
async function madeFromNewer(steps: readonly Step[]): Promise<{ output: (id: string) => string }> {
  const cache = await temporaryDirectory()
  const outputs = await planSteps(steps, { root: repositoryRoot, cache })
  const { sets } = await readLock(repositoryRoot)
  for (const step of steps.filter(isDebianStep)) {
    const packages = { ...sets[step.debianSet], bash: "99:newer" }
    await mkdir(outputs.output(step.id), { recursive: true })
    await writeFile(join(outputs.output(step.id), "packages.json"), JSON.stringify(packages))
  }
  expect((await planSteps(steps, { root: repositoryRoot, cache })).missing).toEqual([])
  return outputs
}

test("systems made from newer packages are built, told of in one line, and change no tracked file", async () => {
  const systems = allSteps.filter(isDebianStep)
  expect(systems.map(({ debianSet }) => debianSet).sort()).toEqual(["base", "cluster", "donor"])
  const lockFile = join(repositoryRoot, "toolchain/images/debian.lock.json")
  const before = await readFile(lockFile, "utf8")
  const outputs = await madeFromNewer(systems)
  expect(await debianChanges(systems, outputs)).toMatch(
    /^Debian has moved on from \S+; the images hold bash \S+ → 99:newer$/,
  )
  expect(await readFile(lockFile, "utf8")).toBe(before)
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
