/** What a failed operation leaves behind, and how long that may take. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { secretPath } from "../../../src/deploy/cluster/index.ts"
import { collectDiagnosis } from "../../../src/deploy/diagnosis/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "diagnosis-"))
})
afterEach(() => rm(directory, { recursive: true }))

/** A pod that has a token in its environment, and whose program prints what a Secret of the namespace holds. */
function leaking(): MemoryApi {
  const api = new MemoryApi()
  api.put("/api/v1/namespaces/apps/pods/web-1", {
    metadata: { name: "web-1", namespace: "apps", labels: { "app.kubernetes.io/instance": "app" } },
    spec: { containers: [{ name: "web", env: [{ name: "API_TOKEN", value: "token-of-the-pod" }] }] },
  })
  api.put(secretPath("apps", "db"), {
    metadata: { name: "db" },
    data: { password: Buffer.from("hunter2-of-the-shop").toString("base64") },
  })
  api.put("/api/v1/namespaces/apps/events/e", {
    metadata: { name: "e" },
    message: "hook failed: -password hunter2-of-the-shop",
  })
  api.text = async () => "connecting to postgres://shop:hunter2-of-the-shop@db with token-of-the-pod\n"
  return api
}

async function everything(): Promise<string> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return (await Promise.all(paths.map((path) => readFile(path, "utf8")))).join("\n")
}

test("X11 what is kept of pods, events and logs holds no value of a Secret, and no token of an environment", async () => {
  await collectDiagnosis(leaking(), "apps", "app", {
    directory,
    secrets: new KnownSecrets(),
    baseRevision: 0,
  })
  const kept = await everything()
  expect(kept).toContain("connecting to postgres://shop:(secret)@db with")
  expect(kept).toContain("API_TOKEN")
  expect(kept).not.toMatch(/hunter2|token-of-the-pod/)
})

test("X11 a secret of several lines is taken out of an event before its lines are joined", async () => {
  const api = leaking()
  const key = "a1b2\nc3d4\ne5f6"
  api.put(secretPath("apps", "key"), {
    metadata: { name: "key" },
    data: { key: Buffer.from(key).toString("base64") },
  })
  api.put("/api/v1/namespaces/apps/events/k", { metadata: { name: "k" }, message: `cannot use ${key}` })
  await collectDiagnosis(api, "apps", "app", { directory, secrets: new KnownSecrets(), baseRevision: 0 })
  expect(await readFile(join(directory, "events.txt"), "utf8")).toMatch(/cannot use \(secret\)$/m)
})

test("X11 where the namespace's Secrets cannot be read, logs are left out, and that is said", async () => {
  const api = leaking()
  const list = api.list.bind(api)
  api.list = async (path, selector) => {
    if (path === secretPath("apps")) throw new SignalboxError("CLUSTER_REFUSED", { what: "HTTP 403" })
    return list(path, selector)
  }
  await collectDiagnosis(api, "apps", "app", { directory, secrets: new KnownSecrets(), baseRevision: 0 })
  expect(await everything()).not.toContain("connecting to")
  expect(await readFile(join(directory, "cause.txt"), "utf8")).toMatch(
    /not readable: Secrets: HTTP 403\n.*logs: left out/,
  )
})

test("logs are kept of every container that a pod has: of what prepares it, runs in it, and was put in to look", async () => {
  const api = new MemoryApi()
  api.put("/api/v1/namespaces/apps/pods/web-1", {
    metadata: { name: "web-1", namespace: "apps", labels: { "app.kubernetes.io/instance": "app" } },
    spec: {
      initContainers: [{ name: "migrate" }],
      containers: [{ name: "web" }],
      ephemeralContainers: [{ name: "debugger" }],
    },
  })
  const asked: string[] = []
  api.text = async (path) => {
    const container = /container=(\w+)/.exec(path)?.[1] ?? ""
    if (!path.includes("previous")) asked.push(container)
    return `words of ${container}\n`
  }
  await collectDiagnosis(api, "apps", "app", { directory, secrets: new KnownSecrets(), baseRevision: 0 })
  // The first that was to run first: what came after it never began where it failed.
  expect(asked).toEqual(["migrate", "web", "debugger"])
  for (const name of asked)
    expect(await readFile(join(directory, "logs", `web-1-${name}.log`), "utf8")).toBe(`words of ${name}\n`)
})

test("the logs of a dead node hold going back up for half a minute, and what was left out is said", async () => {
  const clock = new MemoryClock()
  const api = new MemoryApi()
  const names = Array.from({ length: 9 }, (_, index) => `web-${index}`)
  for (const name of names)
    api.put(`/api/v1/namespaces/apps/pods/${name}`, {
      metadata: { name, namespace: "apps", labels: { "app.kubernetes.io/instance": "app" } },
      spec: { containers: [{ name: "web" }] },
    })
  api.text = async () => {
    await clock.sleep(10_000)
    throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer within 10000 ms" })
  }
  await collectDiagnosis(api, "apps", "app", {
    directory,
    secrets: new KnownSecrets(),
    baseRevision: 0,
    clock,
  })
  expect(clock.elapsed).toBe(30_000)
  const said = (await readFile(join(directory, "cause.txt"), "utf8")).split("\n")
  expect(said.filter((line) => line.includes("no answer within"))).toHaveLength(3)
  expect(said.filter((line) => line.includes("left out, 30 s are over"))).toHaveLength(6)
})
