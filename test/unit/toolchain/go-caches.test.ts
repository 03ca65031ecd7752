import { existsSync } from "node:fs"
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { removeGoCaches } from "../../../toolchain/go-caches.ts"
import { type Step, stepLock, tryLock } from "../../../toolchain/steps/index.ts"
import { scratch } from "./scratch.ts"

const step = (id: string, fetch: boolean): Step => ({
  id,
  title: `Make ${id}`,
  needs: [],
  inputs: {},
  heavy: false,
  ...(fetch && { fetch: async () => [] }),
  run: async () => undefined,
})

const steps = [step("engine", true), step("helm", true), step("image", false)]

/** A cache directory with Go's caches, in which these steps are made. */
async function place(made: readonly string[]) {
  const cache = await scratch()
  const output = (id: string) => join(cache, "steps", id)
  for (const id of made) await mkdir(output(id), { recursive: true })
  const caches = { cache, go: join(cache, "go") }
  await mkdir(join(caches.go, "mod/example.com/module@v1.0.0/package"), { recursive: true })
  await writeFile(join(caches.go, "mod/example.com/module@v1.0.0/package/file.go"), "package x\n")
  await mkdir(join(caches.go, "build/00"), { recursive: true })
  return { caches, output }
}

/** The removal goes on in the background. */
const untilEmpty = (cache: string) =>
  vi.waitFor(async () => expect(await readdir(join(cache, "trash"))).toEqual([]), { timeout: 5000 })

test("what Go has kept goes when everything that needs it is made, other steps do not count", async () => {
  const { caches, output } = await place(["engine", "helm"])
  expect(await removeGoCaches(steps, { output }, caches)).toBe(true)
  expect(existsSync(caches.go)).toBe(false)
  await untilEmpty(caches.cache)
  expect(await removeGoCaches(steps, { output }, caches)).toBe(false)
})

test("while something is still to be built it stays, whatever this call was asked to build", async () => {
  const { caches, output } = await place(["engine"])
  expect(await removeGoCaches(steps, { output }, caches)).toBe(false)
  expect(existsSync(join(caches.go, "build/00"))).toBe(true)
})

test("a step that is built on demand is not waited for, and keeps it only while it is being made", async () => {
  const { caches, output } = await place(["engine", "helm"])
  const onDemand = [step("cosign", true)]
  const release = await tryLock(stepLock(caches.cache, "cosign"), "another process")
  expect(await removeGoCaches(steps, { output }, { ...caches, onDemand })).toBe(false)
  await release?.()
  expect(await removeGoCaches(steps, { output }, { ...caches, onDemand })).toBe(true)
})

test("while another process makes one of the steps it stays", async () => {
  const { caches, output } = await place(["engine", "helm"])
  const release = await tryLock(stepLock(caches.cache, "helm"), "another process")
  expect(await removeGoCaches(steps, { output }, caches)).toBe(false)
  expect(existsSync(join(caches.go, "build/00"))).toBe(true)
  await release?.()
  expect(await removeGoCaches(steps, { output }, caches)).toBe(true)
  // The locks are free again for whoever builds next.
  await (await tryLock(stepLock(caches.cache, "engine"), "this test"))?.()
})

test("modules that Go has made read-only go as well, by a root without a right to pass over that", async () => {
  const { caches, output } = await place(["engine", "helm"])
  const module = join(caches.go, "mod/example.com/module@v1.0.0")
  for (const path of [join(module, "package"), module]) await chmod(path, 0o555)
  vi.stubEnv("PATH", `${await withoutCapabilities()}:${process.env.PATH}`)
  try {
    expect(await removeGoCaches(steps, { output }, caches)).toBe(true)
  } finally {
    vi.unstubAllEnvs()
  }
  await untilEmpty(caches.cache)
})

/** A directory with a `nice` that takes root's capabilities away from what it starts. */
async function withoutCapabilities(): Promise<string> {
  const directory = await scratch()
  const script = '#!/bin/sh\nexec setpriv --bounding-set=-all --inh-caps=-all -- "$@"\n'
  await writeFile(join(directory, "nice"), script, { mode: 0o755 })
  return directory
}

test("what a call that was killed has left on its way out goes with the next one", async () => {
  const { caches, output } = await place(["engine", "helm"])
  await removeGoCaches(steps, { output }, caches)
  await mkdir(join(caches.cache, "trash/1-1-0"), { recursive: true })
  await removeGoCaches(steps, { output }, caches)
  await untilEmpty(caches.cache)
  expect(await readdir(caches.cache)).toEqual(["steps", "trash"])
})
