/** X10 and V25 on a real Kubernetes with the real k6: a load test without a verdict holds nothing and removes nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { TestEnvironment } from "./deploy-support/environment.ts"

const load = { profile: "smoke", scale: 0.05 } as const
const thin = { minimumRequests: 1_000_000 }
const enough = { minimumRequests: 5, p95Ms: 5000 }

describe("V25: a load test without a verdict", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("inconclusive")
  })
  afterAll(() => env.remove())

  const services = () => env.kubectl(["get", "services", "--output", "name"])

  test("X10: a first release stays, in traffic, not held: 12; the same call repeats the load test only", async () => {
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const end = await env.call("run", { record, environment: env.environment({ load, objectives: thin }) })
    expect([end.code, end.stderr]).toEqual([
      12,
      expect.stringMatching(/^INCONCLUSIVE: 1\.0\.0 runs in test, not verified/),
    ])
    expect(end.report).toMatchObject({ outcome: "inconclusive", exitCode: 12 })
    expect(await services()).toContain("service/web")
    const { status, ledger } = await env.observe()
    expect(status.current).toMatchObject({ version: "1.0.0", verified: false })
    expect(status.current?.unverified).toContain("too few to judge")
    expect(ledger.holds).toEqual([])
    const again = await env.call("run", {
      record,
      environment: env.environment({ load, objectives: enough }),
    })
    expect([again.code, again.stderr]).toEqual([0, ""])
    expect(again.report?.after?.revision).toBe(1)
  })

  test("return: the verified release comes back, 12 all the same, nothing is held", async () => {
    const record = await env.release({ version: "1.1.0", kind: "good" })
    const before = await env.podDigests()
    const environment = env.environment({ load: { ...load, inconclusive: "return" }, objectives: thin })
    const end = await env.call("run", { record, environment })
    expect([end.code, end.stderr]).toEqual([12, expect.stringContaining("1.0.0 was restored and verified")])
    expect(await env.podDigests()).toEqual(before)
    expect((await env.observe()).ledger.holds).toEqual([])
  })

  test("one that breaks by itself is 11, and says nothing against the release either", async () => {
    const record = await env.release({ version: "1.2.0", kind: "good" })
    const environment = env.environment({ load, objectives: enough, timeouts: { load: "1s" } })
    const end = await env.call("run", { record, environment })
    expect([end.code, end.stderr]).toEqual([11, expect.stringMatching(/^TOOL_FAILED: 1\.2\.0 runs in test/)])
    const { status, ledger } = await env.observe()
    expect([status.current?.version, ledger.holds]).toEqual(["1.2.0", []])
  })
})
