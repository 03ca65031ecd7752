import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { emptyLedger, StateStore } from "../../src/deploy/state/index.ts"
import type { Digest, Ledger, ReleaseRecord } from "../../src/domain/index.ts"
import type { LoadReport, SmokeReport } from "../../src/verify/index.ts"
import { TestEnvironment } from "./deploy-support/environment.ts"

// One environment through its life. Each test says what has to run before it begins, and brings it there where the test
// before it has left something else: one that fails takes no other one with it.
describe("an environment's life", () => {
  let env: TestEnvironment
  const releases: Record<string, ReleaseRecord> = {}
  const release = (version: string) => releases[version] as ReleaseRecord
  const digest = (version: string) => release(version).images[0]?.digest as Digest
  const image = (version: string) => `${release(version).images[0]?.repository}@${digest(version)}`

  beforeAll(async () => {
    env = await TestEnvironment.create("life")
    for (const version of ["1.0.0", "1.1.0", "1.3.0"])
      releases[version] = await env.release({ version, kind: "good" })
    releases["1.2.0"] = await env.release({ version: "1.2.0", kind: "not-smoking" })
  })
  afterAll(() => env.remove())

  /** These versions were the last that have been verified, in this order, and none of them is held. */
  async function verified(...versions: readonly string[]): Promise<void> {
    for (const version of versions) if (await isHeld(version)) await lift(version)
    const entries = (await ledger()).entries.filter((one) => one.outcome === "verified")
    const order = entries.map((one) => one.set.version).filter((one, at, all) => one !== all[at + 1])
    const inOrder = order.slice(-versions.length).join() === versions.join()
    for (const version of inOrder ? versions.slice(-1) : versions) await running(version)
  }

  async function running(version: string): Promise<void> {
    if ((await ledger()).entries.length > 0) {
      const { current } = (await env.observe()).status
      if (current?.version === version && current.verified) return
      if (current !== null) await undoHandChanges(current.version)
    }
    await succeed("run", { record: release(version) })
  }

  /** A release that failed its smoke test was taken back, and is held. */
  async function heldForItsTest(version: string): Promise<void> {
    if (await isHeld(version)) return
    expect((await env.call("run", { record: release(version) })).code).toBe(15)
  }

  async function isHeld(version: string): Promise<boolean> {
    return (await ledger()).holds.some((hold) => hold.version === version)
  }

  async function lift(version: string): Promise<void> {
    await succeed("lift", { lift: { version, reason: "for the test" } })
  }

  /** Empty before the first operation. */
  async function ledger(): Promise<Ledger> {
    return (await new StateStore(await env.api(), env.namespace).readLedger())?.value ?? emptyLedger("test")
  }

  async function succeed(...[command, question]: Parameters<TestEnvironment["call"]>): Promise<void> {
    const end = await env.call(command, question)
    expect([end.code, end.stderr]).toEqual([0, ""])
  }

  /** What a test has changed with kubectl would stand in the way of the next deployment. */
  async function undoHandChanges(version: string): Promise<void> {
    await env.kubectl(["scale", "deployment/web", "--replicas=1"])
    await env.kubectl(["set", "image", "deployment/web", `web=${image(version)}`])
  }

  test("a good release is deployed, smoke-tested, and runs by its digest", async () => {
    const end = await env.call("run", { record: release("1.0.0") })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.report?.steps.map((step) => [step.id, step.state])).toEqual([
      ["roll-out", "done"],
      ["smoke", "done"],
      ["verify", "done"],
    ])
    expect(await env.podDigests()).toEqual([digest("1.0.0")])
    const { status } = await env.observe()
    expect(status.current).toMatchObject({
      version: "1.0.0",
      verified: true,
      by: expect.stringMatching(/^tester-/),
    })
  })

  test("the same release again changes nothing in the cluster and renews its verification", async () => {
    await verified("1.0.0")
    const revision = (await env.observe()).ledger.entries.at(-1)?.revision
    const pods = await env.kubectl(["get", "pods", "--output", "name"])
    const end = await env.call("run", { record: release("1.0.0") })
    expect(end.code).toBe(0)
    expect(end.stdout).toContain("roll-out: already runs, all pods ready")
    expect(end.report?.after?.revision).toBe(revision)
    expect(await env.kubectl(["get", "pods", "--output", "name"])).toBe(pods)
  })

  test("a load profile runs after the smoke test, held against the objectives", async () => {
    const load = { profile: "smoke", scale: 0.05 } as const
    const objectives = { errorRate: 0, p95Ms: 2000, availability: 1, minimumRequests: 5 }
    const end = await env.call("run", {
      record: release("1.1.0"),
      environment: env.environment({ load, objectives }),
    })
    expect([end.code, end.stderr]).toEqual([0, ""])
    const report = await end.json<LoadReport>("load.json")
    expect(report).toMatchObject({
      verdict: "pass",
      breaches: [],
      plan: { profile: "smoke", durationSeconds: 3 },
    })
    expect(await env.podDigests()).toEqual([digest("1.1.0")])
  })

  test("a release that starts but fails its smoke test goes back by itself, with proof and diagnosis", async () => {
    await verified("1.1.0")
    const end = await env.call("run", { record: release("1.2.0") })
    expect(end.code).toBe(15)
    expect(end.stderr).toMatch(/^ROLLED_BACK: 1\.2\.0 failed in test; 1\.1\.0 was restored and verified/)
    expect(end.stderr).toMatch(/status is "unhealthy", expected "healthy"/)
    expect(await env.podDigests()).toEqual([digest("1.1.0")])
    expect((await end.json<SmokeReport>("smoke.json")).verdict).toBe("fail")
    expect(await end.json<SmokeReport>("smoke-after-rollback.json")).toMatchObject({
      verdict: "pass",
      version: "1.1.0",
    })
    expect(await readdir(join(end.out, "diagnosis", "logs"))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^web-/)]),
    )
    const { ledger } = await env.observe()
    expect(ledger.entries.slice(-2).map((one) => [one.set.version, one.outcome])).toEqual([
      ["1.2.0", "rolled-back"],
      ["1.1.0", "verified"],
    ])
  })

  test("a release that failed is held: neither planned nor deployed again", async () => {
    await verified("1.1.0")
    await heldForItsTest("1.2.0")
    const before = await env.kubectl(["get", "all,secrets,configmaps", "--output", "name"])
    for (const command of ["plan", "run"] as const) {
      const end = await env.call(command, { record: release("1.2.0") })
      expect(end.code).toBe(16)
      expect(end.stderr).toMatch(/DIGEST_HELD: version 1\.2\.0 is held[\s\S]*smoke test/)
    }
    expect(await env.kubectl(["get", "all,secrets,configmaps", "--output", "name"])).toBe(before)
  })

  test("a rollback by hand goes to the last verified other version, and holds what it left", async () => {
    await verified("1.0.0", "1.1.0")
    const end = await env.call("rollback", { rollback: { reason: "customers complain" } })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest("1.0.0")])
    const again = await env.call("run", { record: release("1.1.0") })
    expect(again.code).toBe(16)
    expect(again.stderr).toContain("customers complain")
  })

  test("a hold that is lifted with a reason lets the release be deployed again", async () => {
    await verified("1.0.0")
    await env.call("hold", { hold: { version: "1.1.0", reason: "customers complain" } })
    expect((await env.call("lift", { lift: { version: "9.9.9", reason: "?" } })).code).toBe(13)
    expect((await env.call("lift", { lift: { version: "1.1.0", reason: "it was the network" } })).code).toBe(
      0,
    )
    expect((await env.call("run", { record: release("1.1.0") })).code).toBe(0)
    expect(await env.podDigests()).toEqual([digest("1.1.0")])
    const { ledger } = await env.observe()
    expect(ledger.lifted.at(-1)).toMatchObject({ reason: "it was the network", hold: { version: "1.1.0" } })
  })

  test("back to a named revision only when it is verified; anything else is refused before it is touched", async () => {
    await verified("1.0.0", "1.1.0")
    await heldForItsTest("1.2.0")
    const { ledger } = await env.observe()
    const failed = ledger.entries.find((one) => one.outcome === "rolled-back")?.revision
    const verifiedFirst = ledger.entries.find((one) => one.set.version === "1.0.0")?.revision ?? 0
    const unknown = await env.call("rollback", { rollback: { revision: 99 } })
    expect([unknown.code, unknown.stderr.split("\n")[0]]).toEqual([13, "USAGE: there is no Helm revision 99"])
    const unverified = await env.call("rollback", { rollback: { revision: failed ?? 0 } })
    expect([unverified.code, unverified.stderr]).toEqual([16, expect.stringContaining("is not verified")])
    expect(await env.podDigests()).toEqual([digest("1.1.0")])
    const rehearsed = await env.call("rollback", { rollback: { revision: verifiedFirst, rehearse: true } })
    expect([rehearsed.code, await env.podDigests()]).toEqual([0, [digest("1.1.0")]])
    expect((await env.call("rollback", { rollback: { revision: verifiedFirst } })).code).toBe(0)
    expect(await env.podDigests()).toEqual([digest("1.0.0")])
  })

  test("smoke and load can be run on their own", async () => {
    await verified("1.0.0")
    expect((await env.call("smoke")).code).toBe(0)
    const wishes = { profile: "smoke", users: 2, durationSeconds: 2, rampUpSeconds: 0 }
    const thin = await env.call("load", {
      load: wishes,
      environment: env.environment({ objectives: { minimumRequests: 100_000 } }),
    })
    expect([thin.code, thin.stderr]).toEqual([12, expect.stringContaining("too few to judge")])
    const missed = await env.call("load", {
      load: wishes,
      environment: env.environment({ objectives: { p95Ms: 0.001, minimumRequests: 1 } }),
    })
    expect([missed.code, missed.stderr]).toEqual([10, expect.stringContaining("p95 at most")])
    expect((await env.call("load", { load: { profile: "stress", dryRun: true } })).stdout).toContain(
      "500 users for 600 s",
    )
  })

  test("a field that somebody else changed refuses the plan instead of failing half way", async () => {
    await verified("1.0.0")
    await env.kubectl(["scale", "deployment/web", "--replicas=3"])
    const end = await env.call("run", { record: release("1.3.0") })
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining(".spec.replicas by kubectl")])
    expect(await env.podDigests()).toEqual([digest("1.0.0")])
  })

  test("what somebody has changed is not called verified", async () => {
    await verified("1.0.0")
    await env.kubectl(["scale", "deployment/web", "--replicas=0"])
    const { current } = (await env.observe()).status
    expect([current?.version, current?.verified, current?.unverified]).toEqual([
      "1.0.0",
      false,
      expect.stringContaining("Deployment/web is scaled to 0 of 1 pods"),
    ])
    await env.kubectl(["scale", "deployment/web", "--replicas=1"])
    await env.kubectl(["set", "image", "deployment/web", `web=${image("1.3.0")}`])
    expect((await env.observe()).status.current).toMatchObject({
      verified: false,
      unverified: expect.stringContaining("Deployment/web has another image in web"),
    })
  })

  test("a change that is undone by hand stands in nobody's way", async () => {
    await verified("1.0.0")
    await env.kubectl(["set", "image", "deployment/web", `web=${image("1.3.0")}`])
    await env.kubectl(["set", "image", "deployment/web", `web=${image("1.0.0")}`])
    const end = await env.call("run", { record: release("1.3.0") })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([digest("1.3.0")])
  })

  test("a rollback goes over a change by hand, instead of failing half way", async () => {
    await verified("1.1.0", "1.3.0")
    await env.kubectl(["set", "image", "deployment/web", `web=${image("1.0.0")}`])
    const end = await env.call("rollback", { rollback: { reason: "somebody changed it" } })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect((await env.observe()).status.current).toMatchObject({ version: "1.1.0", verified: true })
    expect(await env.podDigests()).toEqual([digest("1.1.0")])
  })
})

describe("an environment without a deployment", () => {
  let empty: TestEnvironment

  beforeAll(async () => {
    empty = await TestEnvironment.create("empty")
  })
  afterAll(() => empty.remove())

  test("nothing is there: status says so, and nothing is made", async () => {
    const end = await empty.call("observe")
    expect(end.code).toBe(0)
    expect(await empty.kubectl(["get", "configmaps,leases", "--output", "name"])).not.toMatch(/signalbox/)
  })

  test("a plan changes nothing and says what would be done", async () => {
    const end = await empty.call("plan", { record: await empty.release({ version: "1.0.0", kind: "good" }) })
    expect(end.code).toBe(0)
    expect(end.stdout).toMatch(/plan hash: sha256:[0-9a-f]{64}/)
    expect(end.stdout).toMatch(/first deployment: no verified release to go back to/)
    expect(await empty.kubectl(["get", "all,configmaps,leases", "--output", "name"])).not.toMatch(
      /signalbox|web/,
    )
  })
})
