import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Digest, ReleaseRecord } from "../../src/domain/index.ts"
import type { Door } from "../cluster/deploy-support/door.ts"
import { TestEnvironment } from "../cluster/deploy-support/environment.ts"

/** Steps at which the driver is killed while the journal says that they run. */
const forward = ["roll-out", "smoke", "load", "verify"] as const
const back = ["return", "prove", "record"] as const

const lock = { ttl: "2s", renew: "400ms", giveUp: "1500ms", wait: "4s" }
const smokeLoad = { profile: "smoke", scale: 0.05 } as const
const objectives = { errorRate: 1, p95Ms: 10_000, availability: 0, minimumRequests: 1 }

describe("SIGKILL at every step boundary", () => {
  let env: TestEnvironment
  let door: Door
  let serial = 0
  let verified: ReleaseRecord

  beforeAll(async () => {
    env = await TestEnvironment.create("kill")
    door = await env.putDoor()
    verified = await release("good")
    expect((await call(verified)).code).toBe(0)
  })
  afterAll(() => env.remove())

  const release = (kind: "good" | "not-smoking") => env.release({ version: `1.${serial++}.0`, kind })
  const digest = (record: ReleaseRecord) => record.images[0]?.digest as Digest
  const environment = () => env.environment({ lock, load: smokeLoad, objectives })
  const call = (record: ReleaseRecord) => env.call("run", { record, environment: environment() })

  /** Starts a deployment and kills it, with all its children, in a step; after a moment, to meet it in the middle. */
  async function killedIn(step: string, record: ReleaseRecord, afterMs: number): Promise<void> {
    const stopped = door.stopIn(step)
    const { process, end } = await env.start("run", { record, environment: environment() })
    const early = end.then((ended) => Promise.reject(new Error(`it ended before ${step}: ${ended.stderr}`)))
    const letGo = await Promise.race([stopped, early])
    if (afterMs > 0) letGo()
    await sleep(afterMs)
    process.kill()
    expect((await end).code).toBe(null)
  }

  async function settled(): Promise<void> {
    const helm = [
      "get",
      "secrets",
      "--selector",
      "owner=helm",
      "--output",
      "jsonpath={.items[*].metadata.labels.status}",
    ]
    expect(await env.kubectl(helm)).not.toMatch(/pending/)
    const journal = await env.journal()
    expect(journal?.phase).toBe("finished")
  }

  test.each(forward)("in %s: the same call again finishes the plan", async (step) => {
    const next = await release("good")
    await killedIn(step, next, step === "roll-out" ? 1200 : 0)
    const end = await call(next)
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.stdout).toMatch(/was interrupted: its plan is finished/)
    expect(await env.podDigests()).toEqual([digest(next)])
    await settled()
    verified = next
  })

  test.each(back)(
    "in %s, on the way back: the same call again comes back to what was verified",
    async (step) => {
      const bad = await release("not-smoking")
      await killedIn(step, bad, step === "return" ? 800 : 0)
      const end = await call(bad)
      expect(end.code).toBe(15)
      expect(await env.podDigests()).toEqual([digest(verified)])
      await settled()
      expect((await call(bad)).code).toBe(16)
    },
  )

  test("in roll-out, and another release comes next: what was verified first, then that one", async () => {
    await killedIn("roll-out", await release("good"), 600)
    const other = await release("good")
    const end = await call(other)
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.stdout).toMatch(/going back to what was verified first/)
    expect(await env.podDigests()).toEqual([digest(other)])
    await settled()
    verified = other
  })

  test("in roll-out, and a rollback comes next: it goes back, and holds what it left", async () => {
    const next = await release("good")
    await killedIn("roll-out", next, 600)
    const end = await env.call("rollback", { environment: environment() })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest(verified)])
    await settled()
    expect((await call(next)).code).toBe(16)
  })

  test("again and again in roll-out: no killed run makes it worse", async () => {
    const next = await release("good")
    for (const afterMs of [0, 300, 900]) await killedIn("roll-out", next, afterMs)
    const end = await call(next)
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest(next)])
    await settled()
  })
})
