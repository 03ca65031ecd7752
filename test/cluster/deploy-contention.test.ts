import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { TestEnvironment } from "./deploy-support/environment.ts"

describe("two at once", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("lock")
  })
  afterAll(() => env.remove())

  test("the second waits for a short operation, and goes on after it", async () => {
    const [one, two] = await Promise.all([
      env.release({ version: "1.0.0", kind: "good" }),
      env.release({ version: "1.1.0", kind: "good" }),
    ])
    const lock = { ttl: "10s", renew: "1s", giveUp: "7s", wait: "60s" }
    const environment = env.environment({ lock })
    const ends = await Promise.all([
      env.call("run", { record: one, environment }),
      env.call("run", { record: two, environment }),
    ])
    expect(ends.map((end) => end.code)).toEqual([0, 0])
    const fences = ends.map((end) => end.report?.fence ?? 0).sort()
    expect(fences).toEqual([1, 2])
    const { ledger } = await env.observe()
    expect(ledger.entries.map((entry) => entry.fence)).toEqual([1, 2])
    expect(await env.podDigests()).toEqual([ledger.entries[1]?.set.images.web])
  })

  test("the second is told who holds it when that takes long", async () => {
    const slow = await env.release({ version: "2.0.0", kind: "never-ready" })
    const other = await env.release({ version: "2.1.0", kind: "good" })
    const first = await env.start("run", { record: slow, holder: { who: "anna@laptop", id: "1" } })
    while ((await env.journal())?.phase !== "forward") await sleep(50)
    const second = await env.call("run", { record: other })
    expect(second.code).toBe(14)
    expect(second.stderr).toMatch(/^LOCKED: test is held by anna@laptop \(1\)/)
    expect(second.seconds).toBeLessThan(20)
    first.process.kill()
    await first.end
    const status = (await env.observe()).status
    expect(status.lock?.holder).toBe("anna@laptop (1)")
    expect(status.interrupted?.phase).toBe("forward")
  })

  test("a dead holder is taken over after one time to live; what it left is settled first", async () => {
    const other = await env.release({ version: "2.1.0", kind: "good" })
    const end = await env.call("run", { record: other })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.stdout).toMatch(/anna@laptop \(1\) has not renewed for 4 s: taking over/)
    expect(end.stdout).toMatch(/was interrupted: going back to what was verified first/)
    expect(await env.podDigests()).toEqual([other.images[0]?.digest])
  })

  test("unlock takes it from the holder that is named, from nobody else", async () => {
    const slow = await env.release({ version: "3.0.0", kind: "never-ready" })
    const first = await env.start("run", { record: slow, holder: { who: "ben", id: "7" } })
    while ((await env.observe()).status.lock?.holder !== "ben (7)") await sleep(50)
    expect((await env.call("unlock", { unlock: { holder: "anna@laptop" } })).code).toBe(13)
    expect((await env.call("unlock", { unlock: { holder: "ben" } })).code).toBe(0)
    const end = await first.end
    expect([end.code, end.stderr]).toEqual([14, expect.stringContaining("LOCK_LOST")])
  })
})
