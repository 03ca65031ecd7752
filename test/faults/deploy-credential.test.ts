import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ReleaseRecord } from "../../src/domain/index.ts"
import type { Door } from "../cluster/deploy-support/door.ts"
import { TestEnvironment } from "../cluster/deploy-support/environment.ts"

const everything = ["get", "list", "watch", "create", "update", "patch", "delete"]
/** The API server believes a token for some seconds after its Secret is gone; the lock is held meanwhile. */
const lock = { ttl: "25s", renew: "1s", giveUp: "20s", wait: "40s" }

describe("C20 the credential ends in the middle of an operation", () => {
  let env: TestEnvironment
  let door: Door
  let serial = 0

  beforeAll(async () => {
    env = await TestEnvironment.create("credential")
    door = await env.putDoor()
    expect((await call(await release("good"))).code).toBe(0)
  })
  afterAll(() => env.remove())

  const release = (kind: "good" | "not-smoking") => env.release({ version: `1.${serial++}.0`, kind })
  const environment = () => env.environment({ lock })
  const call = (record: ReleaseRecord) => env.call("run", { record, environment: environment() })

  /** Starts a deployment by an account whose token ends while the journal says that a step runs. */
  async function endedIn(step: string, record: ReleaseRecord) {
    const name = `short-${serial}`
    await env.kubectl(["create", "secret", "generic", name])
    env.account = await env.accountWith(name, everything, name)
    const stopped = door.stopIn(step)
    const { end } = await env.start("run", { record, environment: environment() })
    const early = end.then((ended) => Promise.reject(new Error(`it ended before ${step}: ${ended.stderr}`)))
    const letGo = await Promise.race([stopped, early])
    await env.kubectl(["delete", "secret", name])
    await untilRefused(env.account)
    letGo()
    env.account = undefined
    return end
  }

  /** The API server does not know the token any more. */
  async function untilRefused(kubeconfig: string): Promise<void> {
    for (let left = 60; left > 0; left--) {
      if (await env.refuses(kubeconfig)) return
      await sleep(300)
    }
    throw new Error("the token is believed for more than 18 s after its Secret is gone")
  }

  const heldVersions = async () => (await env.observe()).ledger.holds.map(({ version }) => version)

  test.each(["roll-out", "smoke", "verify"])(
    "C20 in %s: 11, a fresh kubeconfig is asked for, nothing is held; with one the same call finishes",
    async (step) => {
      const next = await release("good")
      const end = await endedIn(step, next)
      expect([end.code, end.stderr]).toEqual([11, expect.stringContaining("fresh kubeconfig")])
      expect(await heldVersions()).toEqual([])
      const again = await call(next)
      expect([again.code, again.stderr]).toEqual([0, ""])
    },
  )

  test.each(["return", "prove"])(
    "C20 in %s, on the way back: 11; with a fresh one the same call goes back, and only then it is held",
    async (step) => {
      const bad = await release("not-smoking")
      const end = await endedIn(step, bad)
      expect([end.code, end.stderr]).toEqual([11, expect.stringContaining("fresh kubeconfig")])
      expect((await call(bad)).code).toBe(15)
      expect(await heldVersions()).toContain(bad.version)
      expect((await env.observe()).status.current).toMatchObject({ verified: true })
    },
  )
})
