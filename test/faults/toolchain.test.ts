import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { glob, readdir, readFile } from "node:fs/promises"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { status } from "../../toolchain/commands/status.ts"
import { clusterUp, down, network, paths, repositoryRoot, startEngine, up } from "../../toolchain/index.ts"
import { execute } from "../../toolchain/steps/index.ts"
import { leftOf } from "../engine/support/further-engine.ts"

const quiet = { say: () => undefined }

/** The toolchain promises to be up again within this time when nothing has to be built. */
const warmSeconds = 20

/** The other tests of this tier want a cluster, too. */
afterAll(async () => {
  await clusterUp()
})

/** Command lines of all processes that run a built part, by pid. */
async function processesOfParts(): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>()
  for (const name of await readdir("/proc")) {
    const line = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "")
    const words = line.replaceAll("\0", " ")
    if (words.includes(`${paths.steps}/`) || words.includes("/run/signalbox/")) found.set(Number(name), words)
  }
  return found
}

async function pidOf(program: string): Promise<number> {
  for (const [pid, line] of await processesOfParts()) if (line.startsWith(program)) return pid
  throw new Error(`${program} does not run`)
}

/** Pids of the processes that hold engine and registry; what the engine runs in between comes and goes. */
async function services(): Promise<number[]> {
  const all = [...(await processesOfParts())]
  return all.filter(([, line]) => /^unshare |\/docker-registry serve /.test(line)).map(([pid]) => pid)
}

async function controlGroups(): Promise<string[]> {
  const found: string[] = []
  for await (const path of glob("/sys/fs/cgroup/{,*/}signalbox{-engine,/cluster}")) found.push(path)
  return found
}

/** Asks the engine for something that makes it run a container. */
async function answer(environment: Readonly<Record<string, string>>): Promise<string> {
  const query = `{ container { from(address: "${network.toolImages}/base:bookworm") {
    withExec(args: ["sh", "-c", "echo run $0", "${Date.now()}"]) { stdout } } } }`
  const cli = environment._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger"
  return execute(cli, ["query", "--no-mod"], { env: environment, input: query })
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = Date.now()
  await work()
  return (Date.now() - started) / 1000
}

test.each([
  ["the engine itself", "/run/signalbox/parts/dagger-engine"],
  ["the process that holds its namespaces", "unshare"],
])("killed with SIGKILL: %s; nothing of it runs on, and up brings it back", async (_, program) => {
  await up(quiet)
  const victim = await pidOf(program)
  process.kill(victim, "SIGKILL")
  const left = async () =>
    [...(await processesOfParts()).values()].filter((line) => line.includes("/run/signalbox/"))
  await expect.poll(left, { timeout: 10_000 }).toEqual([])
  const { environment } = await up(quiet)
  expect(await answer(environment)).toContain("run ")
})

test("after down nothing is left of it on the machine, and up is quick", async () => {
  const { environment } = await up(quiet)
  await answer(environment)
  const further = await startEngine({ instance: "further", reach: "machine" })
  expect(await answer(further.environment)).toContain("run ")
  const lines: string[] = []
  await status((line) => lines.push(line))
  expect(lines.join("\n")).toMatch(new RegExp(`✓ engine-further .*${further.instance.address}`))
  await down()
  expect(await leftOf(further.instance)).toEqual([])
  await further[Symbol.asyncDispose]()
  expect(await services()).toEqual([])
  const interfaces = Object.entries(networkInterfaces())
  expect(interfaces.map(([name]) => name).filter((name) => /^(dagger|sb-)/.test(name))).toEqual([])
  const addresses = interfaces.flatMap(([, list]) => list?.map(({ address }) => address) ?? [])
  expect(addresses).not.toContain(network.registryAddress)
  expect(addresses).not.toContain(network.clusterHost)
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n")
  expect(mounts.filter((line) => line.includes(paths.cache) || line.includes("/run/signalbox"))).toEqual([])
  expect(await controlGroups()).toEqual([])
  expect(["/run/dagger", "/run/signalbox", join(paths.engine, "engine.sock")].filter(existsSync)).toEqual([])
  expect(await execute("iptables-save", [])).not.toMatch(/dagger|10\.87\./)

  expect(await secondsOf(() => up(quiet))).toBeLessThan(warmSeconds)
  expect(await answer(environment)).toContain("run ")
})

/** What git sees of the clone: names of all that differs from the commit, and how. */
const clone = (): Promise<string> =>
  Promise.all([
    execute("git", ["status", "--porcelain"], { cwd: repositoryRoot }),
    execute("git", ["diff", "HEAD"], { cwd: repositoryRoot }),
  ]).then((parts) => parts.join("\n"))

test("up changes no file that git tracks, whatever Debian serves, and status then finds everything built", async () => {
  const before = await clone()
  await up(quiet)
  expect(await clone()).toBe(before)
  const lines: string[] = []
  expect(await status((line) => lines.push(line))).toBe(true)
  expect(lines.join("\n")).toMatch(/\b(\d+) of \1 parts/)
})

test("what no image in the registry names is gone after its next start, images stay", async () => {
  await up(quiet)
  const repository = `http://${network.toolImages.replace("/", "/v2/")}/base`
  const bytes = Buffer.from(`part of an image that was deleted at ${Date.now()}`)
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`
  const opened = await fetch(`${repository}/blobs/uploads/`, { method: "POST" })
  const place = new URL(opened.headers.get("location") ?? "", repository)
  place.searchParams.set("digest", digest)
  expect((await fetch(place, { method: "PUT", body: bytes })).status).toBe(201)
  const blob = async () => (await fetch(`${repository}/blobs/${digest}`, { method: "HEAD" })).status
  expect(await blob()).toBe(200)
  await down()
  const { environment } = await up(quiet)
  expect(await blob()).toBe(404)
  expect(await answer(environment)).toContain("run ")
})

test("up beside a running toolchain changes nothing", async () => {
  await up(quiet)
  const before = await services()
  expect(await secondsOf(() => up(quiet))).toBeLessThan(warmSeconds)
  expect(before).toHaveLength(2)
  expect(await services()).toEqual(before)
})
