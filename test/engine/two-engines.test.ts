/**
 * A second engine beside the one that all other tests use, reached over TCP: neither sees what the other has, and one that
 * is killed leaves nothing on the machine and the other unharmed.
 */
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { clearInstances } from "../../toolchain/engine/index.ts"
import { type FurtherEngine, network, startEngine } from "../../toolchain/index.ts"
import { startDagger, uniqueName } from "./harness/index.ts"
import { chainOf, engineIsBuilt, inContainer, leftOf } from "./support/further-engine.ts"

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 })

const isBuilt = await engineIsBuilt()

describe.runIf(isBuilt)("a second engine", () => {
  let second: FurtherEngine

  beforeAll(async () => {
    second = await startEngine({ instance: "apart" })
  })
  afterAll(() => second?.[Symbol.asyncDispose]())

  it("answers beside the first, and has nothing of what that one keeps", async () => {
    const mark = uniqueName()
    const both = () =>
      Promise.all([{}, second.environment].map((env) => inContainer("date +%s%N", env, mark)))
    const [first, other] = await both()
    expect(first).toMatch(/^\d+\n$/)
    expect(other).toMatch(/^\d+\n$/)
    // An equal command, run by the first, was run again by the second; each knows its own answer from then on.
    expect(other).not.toBe(first)
    expect(await both()).toEqual([first, other])
  })

  it("reaches the local registry, and nothing else of the machine or beyond it", async () => {
    // It sends nothing: a client that leaves unread bytes behind resets the connection.
    const server = createServer((socket) => socket.resume().end()).listen(0, "0.0.0.0")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    const tries = [
      `${network.registryAddress}/${network.registryPort}`,
      `${network.registryAddress}/${port}`,
      `${second.instance.link?.hostAddress}/${port}`,
      "192.0.2.1/443",
    ]
    const command = tries
      .map((to) => `timeout 20 bash -c ': <>/dev/tcp/${to}' 2>/dev/null; echo $?`)
      .join("; ")
    try {
      // The first one reaches the same port: the server is there.
      expect((await inContainer(command)).split("\n").slice(0, 2)).toEqual(["0", "0"])
      const reached = (await inContainer(command, second.environment)).trim().split("\n")
      expect(reached.map((code) => code === "0")).toEqual([true, false, false, false])
    } finally {
      server.close()
    }
  })

  it("asked for again as it is, it is left alone; asked for otherwise, it is started anew", async () => {
    const [keeper] = await chainOf(second.instance)
    const again = await startEngine({ instance: "apart" })
    expect(again.instance).toEqual(second.instance)
    expect((await chainOf(second.instance))[0]).toBe(keeper)
    await startEngine({ instance: "apart", mirrors: { "docker.io": `${network.registry}/public` } })
    expect((await chainOf(second.instance))[0]).not.toBe(keeper)
  })
})

describe.runIf(isBuilt)("a second engine that is killed with SIGKILL in the middle of its work", () => {
  const holders = [
    "its keeper",
    "the process that holds its namespaces",
    "its first process",
    "the engine itself",
  ]

  it.each(holders.map((title, index) => [title, index] as const))(
    "%s: nothing of it stays, the other one answers, and it can be started again",
    async (_, index) => {
      const second = await startEngine({ instance: "killed", reach: "machine" })
      try {
        expect(await inContainer("echo before", second.environment)).toBe("before\n")
        const args = JSON.stringify(["bash", "-c", "exec sleep 600", uniqueName()])
        const query = `{ container { from(address: "${network.toolImages}/base:bookworm") { withExec(args: ${args}) { stdout } } } }`
        const work = startDagger(["query", "--no-mod"], {
          env: second.environment,
          input: query,
          timeout: 600,
        })
        const sleeps = async () => (await leftOf(second.instance)).some((line) => line.includes("sleep 600"))
        await expect.poll(sleeps, { timeout: 120_000 }).toBe(true)
        process.kill((await chainOf(second.instance))[index] ?? 0, "SIGKILL")
        // Without the keeper, the next `up` or `down` of the toolchain does its work; both do this.
        if (index === 0) {
          const processes = async () =>
            (await leftOf(second.instance)).filter((line) => /^\d+ /.test(line) || line.startsWith("sb-"))
          await expect.poll(processes, { timeout: 60_000 }).toEqual([])
          await clearInstances()
        }
        await expect.poll(() => leftOf(second.instance), { timeout: 60_000 }).toEqual([])
        expect((await work.outcome).code).not.toBe(0)
        expect(await inContainer("echo unharmed")).toBe("unharmed\n")
        await startEngine({ instance: "killed", reach: "machine" })
        expect(await inContainer("echo again", second.environment)).toBe("again\n")
      } finally {
        await second[Symbol.asyncDispose]()
      }
      expect(await leftOf(second.instance)).toEqual([])
    },
  )
})
