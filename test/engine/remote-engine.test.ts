/**
 * An engine that is reached over TCP, as a remote one is: it shares nothing with the caller but the connection of the CLI.
 * What crosses that connection, and what does not, is on docs/scale.md.
 */
import { once } from "node:events"
import { readdir, readFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { network } from "../../toolchain/index.ts"
import { behaviourModule, daggerOutput, finalError } from "./harness/index.ts"
import { engineIsBuilt, type FurtherEngine, inContainer, startEngine } from "./support/further-engine.ts"
import { type Project, project, publishedBy } from "./support/project.ts"

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 })

describe.runIf(await engineIsBuilt())("an engine that is reached over TCP", () => {
  let remote: FurtherEngine
  let here: Project
  const call = (...args: string[]) => here.call(args, { env: remote.environment, timeout: 850 })

  beforeAll(async () => {
    // Package registries are reached from where the engine is.
    remote = await startEngine({ instance: "remote", reach: "machine" })
    here = await project("remote-staging", "plain")
  })
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]()
    await remote?.[Symbol.asyncDispose]()
  })

  it("judges the caller's tree, and its reports land on the caller's disk", async () => {
    const written = await call("gates", "--only", "lint,unit,secrets", "reports", "export", "--path", "out")
    expect(finalError(written)).toBe("")
    const names = await readdir(join(here.files.path, "out"))
    expect(names).toEqual(expect.arrayContaining(["report.json", "report.md"]))
    const report = JSON.parse(await readFile(join(here.files.path, "out", "report.json"), "utf8"))
    expect(report.gates.map(({ gate }: { gate: string }) => gate)).toEqual(
      expect.arrayContaining(["lint", "unit", "secrets"]),
    )
  })

  it("builds the image that the first engine builds, and publishes it to a registry that both reach", async () => {
    const digestOf = async (env?: Readonly<Record<string, string>>) => {
      const sizes = await here.call(["build", "sizes-json"], { ...(env && { env }), timeout: 850 })
      expect(finalError(sizes)).toBe("")
      return JSON.parse(sizes.stdout).images[0].digest
    }
    expect(await digestOf(remote.environment)).toBe(await digestOf())
    expect(finalError(await call("publish", "--version", "1.0.0"))).toBe("")
    expect(await publishedBy(here.name)).toContainEqual(expect.stringMatching(/\/web:v1\.0\.0$/))
  })

  it("has the same calls", async () => {
    const help = await call("deploy", "--help")
    expect(help.code).toBe(0)
    expect(help.stdout).toContain("--environment")
  })

  describe("and a port of the caller's machine", () => {
    let server: Server
    let port: number

    beforeAll(async () => {
      server = createServer((_request, response) => response.end("from the caller")).listen(0, "127.0.0.1")
      await once(server, "listening")
      port = (server.address() as AddressInfo).port
    })
    afterAll(() => {
      server.closeAllConnections()
      server.close()
    })

    it("crosses as a service argument, by the connection of the CLI", async () => {
      const service = ["fetch", "--service", `tcp://localhost:${port}`, "--port", String(port)]
      const printed = await daggerOutput(["call", "-m", behaviourModule, ...service], {
        env: remote.environment,
        timeout: 280,
      })
      expect(printed).toContain("from the caller")
    })

    it("does not cross as an address: localhost is the container's own", async () => {
      const reached = await inContainer(
        `timeout 5 bash -c ': <>/dev/tcp/127.0.0.1/${port}' 2>/dev/null; echo $?`,
        remote.environment,
      )
      expect(reached).toBe("1\n")
    })
  })

  it("pulls by the names that it knows: a registry on the caller's loopback is not there", async () => {
    const query = `{ container { from(address: "127.0.0.1:${network.registryPort}/signalbox/base:bookworm") { id } } }`
    const pulled = daggerOutput(["query", "--no-mod"], {
      env: remote.environment,
      input: query,
      timeout: 280,
    })
    await expect(pulled).rejects.toThrow(/connection refused|dial tcp 127\.0\.0\.1/)
  })
})
