/** Load scripts are content of the tree under test: what they can read, reach, and have judged. */
import { readdir, readFile } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { type Access, openAccess } from "../../src/deploy/access/index.ts"
import { systemClock } from "../../src/deploy/clock.ts"
import { Children } from "../../src/deploy/process/children.ts"
import type { ReleaseRecord } from "../../src/domain/index.ts"
import type { LoadReport } from "../../src/verify/index.ts"
import { finalError } from "../engine/harness/index.ts"
import { type Project, project } from "../engine/support/project.ts"
import { type DriverEnd, TestEnvironment, testValues } from "./deploy-support/environment.ts"
import { callsAllExpected, doesNotEnd, looksAround } from "./deploy-support/load-scripts.ts"
import { publishTestRelease } from "./deploy-support/published.ts"
import { toolPath } from "./deploy-support/tools.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const objectives = { errorRate: 0.01, p95Ms: 5000, availability: 1, minimumRequests: 5 }
const wishes = { profile: "smoke", users: 2, durationSeconds: 2, rampUpSeconds: 0 }
/** Where a driver in its container has, or had, what a script must not read. */
const places = [
  ...["/private", "/private/kubeconfig", "/private/input/request.json", "/private/out/k6.log"],
  ...["/run/secrets/kubeconfig", "/input/request.json", "/out/k6.log"],
  ...["/proc/self/environ", "/etc/shadow", "/root/.bashrc"],
]

let env: TestEnvironment
let here: Project
let good: ReleaseRecord
let kubeconfig: string

beforeAll(async () => {
  env = await TestEnvironment.create("load-script")
  kubeconfig = await readFile(env.kubeconfig, "utf8")
  here = await project(env.namespace)
  const settings = await here.files.read("environments/staging.yaml")
  await here.write({
    "environments/staging.yaml": `${settings}load: { profile: none }\nobjectives: ${JSON.stringify(objectives)}\n`,
  })
  good = await env.release({ version: "1.0.0", kind: "good" }, { project: here.name })
  await publishTestRelease(here.name, good, looksAround(places))
  // Named as a call's, so that a later one of the module is the last.
  const operation = `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}-00000000`
  const question = { project: here.name, record: good, environment: environment(), operation }
  expect((await env.call("run", question)).code).toBe(0)
})

afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await env.remove()
})

/** The same one as the project's, for a driver without an engine. */
function environment(more: object = {}) {
  return env.environment({ name: "staging", release: "shop", objectives, ...more })
}

/** A load by hand with the given script. */
function load(script: string, more: object = {}): Promise<DriverEnd> {
  const question = {
    project: here.name,
    record: good,
    load: wishes,
    environment: environment({ objectives: { ...objectives, ...more } }),
  }
  return env.call("load", question, testValues, script)
}

/** A deployment that is held against the given script. */
async function deploy(version: string, script: string, more: object = {}): Promise<DriverEnd> {
  const record = await env.release({ version, kind: "good" }, { project: here.name })
  const own = environment({ load: { profile: "smoke", scale: 0.05 }, ...more })
  return env.call("run", { project: here.name, record, environment: own }, testValues, script)
}

describe("what a script can read", () => {
  test("V06 nothing that the driver holds, of a driver in its container", async () => {
    const access = ["--environment", "staging", "--kubeconfig", "env://TEST_KUBECONFIG"]
    const call = (name: string, ...args: string[]) =>
      here.call([name, ...access, ...args], { env: { TEST_KUBECONFIG: kubeconfig } })
    const loaded = await call("load", "--profile", "smoke", "--users", "2", "--seconds", "3")
    expect({ code: loaded.code, error: finalError(loaded) }).toEqual({ code: 0, error: "" })
    const exported = await call("operation", "reports", "export", "--path", "kept")
    expect(finalError(exported)).toBe("")
    const log = await nothingRead(join(here.files.path, "kept"))
    for (const path of places) expect(log).toContain(`SHUT ${path}"`)
    const names = [...new Set([...log.matchAll(/"ENV (\w+)"/g)].map(([, name]) => name))].sort()
    const own = ["BASE_URL", "HOME", "LANG", "PATH", "PROFILE", "VERSION"]
    expect(names).toEqual([...own, "K6_AUTO_EXTENSION_RESOLUTION", "K6_NO_USAGE_REPORT"].sort())
    // Its own directory is named to it; the driver's is not. A unit test tries more by a shell.
    expect(log).toMatch(/SHUT \/dev\/shm\/signalbox-\w+\/kubeconfig"/)
  })

  test("V06 nothing that the driver holds, of a driver on a machine", async () => {
    const end = await load(looksAround([env.kubeconfig, ...places]))
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await nothingRead(end.out)).toContain(`SHUT ${env.kubeconfig}"`)
  })
})

/** The log of a script that has looked around, where neither it nor any other kept file holds a secret. */
async function nothingRead(kept: string): Promise<string> {
  const token = /token: *"?([\w.-]+)/.exec(kubeconfig)?.[1] ?? JSON.parse(kubeconfig).users[0].user.token
  expect(token).toMatch(/^[\w.-]{20,}$/)
  const encoded = Buffer.from(kubeconfig).toString("base64")
  for (const entry of await readdir(kept, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const content = await readFile(join(entry.parentPath, entry.name), "utf8")
    for (const secret of [token, encoded.slice(0, 200)])
      expect([entry.name, content.includes(secret)]).toEqual([entry.name, false])
  }
  const log = await readFile(join(kept, "k6.log"), "utf8")
  const read = [...log.matchAll(/"READ (\S+)/g)].map(([, path]) => path)
  expect(read).toEqual([])
  return log
}

describe("what a load is judged by", () => {
  test.each([
    ["503", "/cgi-bin/busy"],
    ["404", "/nowhere"],
  ])("V06 every answer is %s and the script calls that expected: failed", async (status, path) => {
    const end = await load(callsAllExpected(path))
    expect([end.code, end.stderr]).toEqual([10, expect.stringContaining("measured 100 %")])
    const report = await end.json<LoadReport>("load.json")
    expect(report).toMatchObject({ verdict: "fail", figures: { errorRate: 1, checkRate: 1 } })
    expect(Object.keys(report.figures.statuses)).toEqual([status])
  })

  test("V06 what the environment expects is no failure", async () => {
    const end = await load(callsAllExpected("/nowhere"), { expectedStatuses: [404] })
    expect([end.code, end.stderr]).toEqual([0, ""])
  })

  test("V06 a release that answers 503 under load is not verified", async () => {
    // What failed loads have revoked is verified again first.
    expect(
      (await env.call("run", { project: here.name, record: good, environment: environment() })).code,
    ).toBe(0)
    const end = await deploy("1.1.0", callsAllExpected("/cgi-bin/busy"))
    expect([end.code, end.stderr]).toEqual([15, expect.stringContaining("× 503")])
    expect((await end.json<LoadReport>("load.json")).verdict).toBe("fail")
  })

  test("X8 one that is ended at its limit says so, with the limit", async () => {
    const timeouts = { rollout: "40s", rollback: "40s", smoke: "20s", load: "6s" }
    const end = await deploy("1.2.0", doesNotEnd, { timeouts })
    expect(end.code).not.toBe(0)
    expect(end.stdout + end.stderr).toContain("k6 was ended at its time limit of 6 s")
    expect(end.stdout + end.stderr).not.toContain("unknown field")
    expect(await readFile(join(end.out, "k6.log"), "utf8")).not.toContain("level=warning")
  })
})

describe("what a script can reach", () => {
  let access: Access
  let base: URL

  beforeAll(async () => {
    const own = { PATH: toolPath, HOME: "/nonexistent" }
    const children = new Children({ driver: own, tests: own })
    const settings = { namespace: env.namespace, release: "shop" }
    access = openAccess({
      environment: { ...settings, access: { kind: "service-proxy", component: "web" } },
      api: await env.api(),
      children,
      clock: systemClock,
      kubeconfig: env.kubeconfig,
    })
    await env.kubectl(["create", "service", "clusterip", "other", "--tcp=80:8080"])
    await env.kubectl(["set", "selector", "service/other", "app.kubernetes.io/component=web"])
    base = new URL(await access.baseUrl(undefined))
  })

  afterAll(() => access.close())

  test("the application", async () => {
    expect(await ask(`GET ${base.pathname}/health`)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"healthy"/)
  })

  const above = (path: string) => () => `/api/v1/namespaces/${env.namespace}/${path}`
  const within = (path: string) => () => `${base.pathname}/${path}`
  test.each<[string, string, () => string]>([
    ["Secrets", "GET", above("secrets")],
    ["another Service", "GET", above("services/http:other:80/proxy/health")],
    ["the Service itself", "GET", above("services/web")],
    ["a pod", "GET", above("pods")],
    ["Secrets by going up", "GET", within("../../../secrets")],
    ["another Service by going up", "GET", within("../../http:other:80/proxy/health")],
    ["another Service by going up, encoded", "GET", within("%2e%2e/%2e%2e/http:other:80/proxy/health")],
    ["another Service by encoded slashes", "GET", within("..%2F..%2Fhttp:other:80%2Fproxy%2Fhealth")],
    ["Secrets by encoded slashes", "GET", () => `${base.pathname}%2F..%2F..%2F..%2Fsecrets`],
    ["Secrets by doubled slashes", "GET", () => `/${above("secrets")()}`],
    ["Secrets by an absolute address", "GET", () => `http://127.0.0.1${above("secrets")()}`],
    ["Secrets by somebody else's address", "GET", () => `http://kubernetes.default${above("secrets")()}`],
    ["a tunnel", "CONNECT", () => "kubernetes.default:443"],
    ["Secrets by a tunnel's path", "CONNECT", within("../../../secrets")],
    ["the version of the API server", "GET", () => "/version"],
  ])("V06 not %s", async (_name, method, path) => {
    const answer = await ask(`${method} ${path()}`)
    // What the proxy says by itself: neither API server nor application were asked.
    expect(answer).toMatch(
      /^HTTP\/1\.1 (403|404|307) [\s\S]*\r\n\r\n(Forbidden|404 page not found|<a href="[^"]+">Temporary Redirect)/,
    )
  })

  /** The whole answer to a request that no client would make. */
  async function ask(request: string): Promise<string> {
    const socket = connect(Number(base.port), base.hostname)
    socket.write(`${request} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
    return text(socket)
  }
})
