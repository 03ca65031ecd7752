/** What a stack starts, and where it is found on a developer's machine. */
import { connect, createServer, type Server } from "node:net"
import { describe, expect, it } from "vitest"
import { assumedConfig } from "../../../src/config/index.ts"
import type { BackingService } from "../../../src/languages/index.ts"
import { stackServices } from "../../../src/services/of-project.ts"
import { argumentOf, forwardedBy, passOn } from "../../../src/stack/forward.ts"
import { forwardedPorts } from "../../../src/stack/running.ts"
import { triedPorts } from "../../../src/stack/tried.ts"

const { value } = assumedConfig({
  project: "shop",
  components: {
    web: { language: "node", kind: "static", path: "web", output: "dist", port: 8080 },
    api: { language: "node", kind: "service", path: "api", entry: "server.js", port: 8080 },
  },
})
if (value === undefined) throw new Error("the configuration is not valid")
const configured = (stack: Readonly<Record<string, BackingService>>) => ({ ...value, stack })
const db: BackingService = { kind: "postgres", database: "app", user: "app" }

describe("a stack", () => {
  it("starts what is listed, in that order, and then the components that are not", () => {
    const api: BackingService = { kind: "component", component: "api", environment: { DB: "db" } }
    expect(Object.entries(stackServices(configured({ db, backend: api })))).toEqual([
      ["db", db],
      ["backend", api],
      ["web", { kind: "component", component: "web", environment: {} }],
    ])
  })

  it("has pages on port 3000, services on theirs, and another component on the next port that is free", () => {
    const started = [
      { name: "db", port: 5432 },
      { name: "other", port: 8080 },
      { name: "web", port: 8080 },
      { name: "api", port: 8080 },
    ]
    const other: BackingService = {
      kind: "image",
      image: "registry.example/other:1",
      port: 8080,
      environment: {},
    }
    expect(forwardedPorts(configured({ db, other }), started)).toEqual([
      { name: "db", port: 5432, host: 5432 },
      { name: "other", port: 8080, host: 8080 },
      { name: "web", port: 8080, host: 3000 },
      { name: "api", port: 8080, host: 8081 },
    ])
  })
})

it("a component on the last port that there is has one all the same", () => {
  const other: BackingService = {
    kind: "image",
    image: "registry.example/other:1",
    port: 65_535,
    environment: {},
  }
  const started = [
    { name: "other", port: 65_535 },
    { name: "api", port: 65_535 },
  ]
  expect(forwardedPorts(configured({ other }), started).map(({ host }) => host)).toEqual([65_535, 1024])
})

const listening = async (server: Server) => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("it has no port")
  return address.port
}

/** All that a caller gets until the connection ends. */
const answerOf = (port: number, said: string) =>
  new Promise<string>((done, failed) => {
    let text = ""
    const caller = connect(port, "127.0.0.1", () => caller.end(said))
    caller.on("data", (chunk) => {
      text += String(chunk)
    })
    caller.on("close", () => done(text))
    caller.on("error", failed)
  })

describe("a port that leads to a service", () => {
  it("is told to the program by an argument that it reads back", () => {
    const forwarded = { host: 3000, name: "web", port: 8080 }
    expect(forwardedBy(argumentOf(forwarded))).toEqual(forwarded)
    expect(() => forwardedBy("web:8080")).toThrow(/HOST=NAME:PORT/)
  })

  it("passes on both ways, and to the end", async () => {
    const service = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    const port = await listening(service)
    const front = createServer({ allowHalfOpen: true }, (caller) =>
      passOn(caller, { host: 0, name: "127.0.0.1", port }, () => {}),
    )
    const text = "x".repeat(200_000)
    expect(await answerOf(await listening(front), text)).toBe(text)
    front.close()
    service.close()
  })

  it("ends the callers of a service that is gone, says so, and serves on", async () => {
    const gone = createServer()
    const port = await listening(gone)
    await new Promise((done) => gone.close(done))
    const told: string[] = []
    const front = createServer((caller) =>
      passOn(caller, { host: 0, name: "127.0.0.1", port }, (why) => told.push(why)),
    )
    const front1 = await listening(front)
    expect(await answerOf(front1, "hello")).toBe("")
    expect(await answerOf(front1, "hello")).toBe("")
    expect(told).toHaveLength(2)
    expect(told[0]).toContain("ECONNREFUSED")
    front.close()
  })
})

it("what is tried on a cluster has pages on port 3000, and another component on its own port or the next", () => {
  const services = ["api", "web", "other"].map((component) => ({ component, service: component, port: 80 }))
  expect(triedPorts(value, services).map(({ component, port, host }) => [component, port, host])).toEqual([
    ["api", 80, 8080],
    ["web", 80, 3000],
    ["other", 80, 8081],
  ])
})
