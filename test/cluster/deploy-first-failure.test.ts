import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { TestEnvironment } from "./deploy-support/environment.ts"

describe("a first installation that fails", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("first")
  })
  afterAll(() => env.remove())

  test("is taken out of traffic, its pods stay as evidence, and a person is needed", async () => {
    const crashing = await env.release({ version: "1.0.0", kind: "crashing" })
    const timeouts = { rollout: "12s", rollback: "20s", smoke: "10s", load: "10s" }
    const end = await env.call("run", { record: crashing, environment: env.environment({ timeouts }) })
    expect(end.code).toBe(18)
    expect(end.stderr).toMatch(/^NOTHING_VERIFIED: /)
    expect(end.stderr).toMatch(/crash: web-\S+\/web: exit code 3/)
    expect(await env.kubectl(["get", "services", "--output", "name"])).toBe("")
    expect(await env.kubectl(["get", "pods", "--output", "name"])).toMatch(/pod\/web-/)
    expect(await readFile(join(end.out, "diagnosis", "cause.txt"), "utf8")).toMatch(/^crash: /)
    const logs = join(end.out, "diagnosis", "logs")
    const kept = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), "utf8")))
    expect(kept.join("\n")).toContain("no database at db.internal")
  })

  test("is refused again, and a good version comes up with its Service", async () => {
    const crashing = await env.release({ version: "1.0.0", kind: "crashing" })
    expect((await env.call("run", { record: crashing })).code).toBe(16)
    const good = await env.release({ version: "1.0.1", kind: "good" })
    const end = await env.call("run", { record: good })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([good.images[0]?.digest])
  })

  test("a later one that never gets ready leaves the old pods serving, then goes back", async () => {
    const before = await env.podDigests()
    const broken = await env.release({ version: "1.0.2", kind: "never-ready" })
    const timeouts = { rollout: "8s", rollback: "20s", smoke: "10s", load: "10s" }
    const end = await env.call("run", { record: broken, environment: env.environment({ timeouts }) })
    expect(end.code).toBe(15)
    expect(end.stderr).toMatch(/probe: web-\S+: (Startup|Readiness) probe failed/)
    expect(await env.podDigests()).toEqual(before)
  })
})
