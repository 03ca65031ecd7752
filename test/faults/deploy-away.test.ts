import type { AddressInfo } from "node:net"
import { createConnection, createServer, type Server, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ReleaseRecord } from "../../src/domain/index.ts"
import { type DriverEnd, TestEnvironment } from "../cluster/deploy-support/environment.ts"
import { testInstance } from "../cluster/deploy-support/instance.ts"

/** The API server behind a line that can be cut: connections die, new ones are refused. */
class Line {
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #end = { host: testInstance.nodeAddress, port: 6443 }

  /** From now on it ends at the door, which ends at the API server. */
  throughDoor(port: number): void {
    this.#end = { host: "127.0.0.1", port }
  }

  async connect(): Promise<void> {
    this.#server = createServer((client) => {
      const upstream = createConnection(this.#end)
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket)
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
          client.destroy()
          upstream.destroy()
          this.#sockets.delete(socket)
        })
      }
      client.pipe(upstream).pipe(client)
    })
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  get address(): string {
    return `https://127.0.0.1:${this.#port}`
  }
}

describe("the API server is away", () => {
  let env: TestEnvironment
  const line = new Line()

  beforeAll(async () => {
    env = await TestEnvironment.create("away")
    await line.connect()
  })
  afterAll(async () => {
    line.cut()
    await env.remove()
  })

  test("from the start: 11, one clear error, nothing is changed", async () => {
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const end = await env.call("run", { record, server: "https://127.0.0.1:9" })
    expect(end.code).toBe(11)
    expect(end.stderr).toMatch(
      /^CLUSTER_UNREACHABLE: the Kubernetes API server does not answer\n {2}where: https:\/\/127\.0\.0\.1:9\n/,
    )
    expect(await env.kubectl(["get", "all,leases", "--output", "name"])).not.toMatch(/signalbox|web/)
  })

  test("through another address, the certificate is still checked against the first", async () => {
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const end = await env.call("run", { record, server: line.address })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
  })

  /** A driver that has just begun to roll out, and goes on. A look at the journal now and then could miss that step. */
  async function metInRollOut(record: ReleaseRecord): Promise<{ readonly end: Promise<DriverEnd> }> {
    const door = await env.putDoor()
    line.throughDoor(door.port)
    const rollsOut = door.stopIn("roll-out")
    const { end } = await env.start("run", { record, server: line.address })
    const letGo = await rollsOut
    letGo()
    return { end }
  }

  test("in the middle of a rollout: 11, and the next call finishes the plan", async () => {
    const record = await env.release({ version: "1.1.0", kind: "good" })
    const { end } = await metInRollOut(record)
    await sleep(500)
    line.cut()
    const cut = await end
    expect(cut.code).toBe(11)
    expect(cut.stderr).toMatch(/^CLUSTER_UNREACHABLE: /)
    expect((await env.journal())?.phase).toBe("forward")
    await line.connect()
    const again = await env.call("run", { record, server: line.address })
    expect([again.code, again.stderr]).toEqual([0, ""])
    expect(again.stdout).toContain("its plan is finished")
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
  })

  test("for a moment only: the operation goes on", async () => {
    const record = await env.release({ version: "1.2.0", kind: "good" })
    const { end } = await metInRollOut(record)
    await sleep(300)
    line.cut()
    await sleep(400)
    await line.connect()
    const survived = await end
    expect([survived.code, survived.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
  })
})

describe("an abort by SIGTERM", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("term")
  })
  afterAll(() => env.remove())

  test("ends children and driver at once and frees the lock; the next call finishes the plan", async () => {
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const started = await env.start("run", { record })
    while (!(await env.journal())?.steps.some((step) => step.state === "running")) await sleep(5)
    started.process.terminate()
    const end = await started.end
    expect([end.code, end.stderr]).toEqual([11, expect.stringContaining("interrupted by SIGTERM")])
    expect((await env.observe()).status).toMatchObject({ lock: null, interrupted: { phase: "forward" } })
    const again = await env.call("run", { record })
    expect([again.code, again.stderr]).toEqual([0, ""])
    expect(again.stdout).not.toContain("waiting for")
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
  })
})

describe("a holder that was stopped and wakes up", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("stop")
  })
  afterAll(() => env.remove())

  test("changes nothing any more once another one has taken over", async () => {
    const sleeper = await env.release({ version: "1.0.0", kind: "good" })
    const next = await env.release({ version: "1.1.0", kind: "good" })
    const started = await env.start("run", { record: sleeper })
    while ((await env.journal())?.phase !== "forward") await sleep(5)
    started.process.freeze()
    const end = await env.call("run", { record: next })
    expect([end.code, end.stderr]).toEqual([0, ""])
    started.process.thaw()
    const late = await started.end
    expect([11, 14]).toContain(late.code)
    expect(late.stderr).toMatch(/^(LOCK_LOST|CLUSTER_UNREACHABLE): /)
    expect(await env.podDigests()).toEqual([next.images[0]?.digest])
    const { ledger } = await env.observe()
    expect(ledger.entries.map((entry) => entry.set.version)).toEqual(["1.1.0"])
  })
})
