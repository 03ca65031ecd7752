/** What commit bef7440 has left in a cluster and a registry (test/recorded/earlier/) is gone on with. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { verifyChain } from "../../src/deploy/state/index.ts"
import { type Ledger, recordDigest } from "../../src/domain/index.ts"
import { verifyRecord } from "../../src/evidence/index.ts"
import type { TestEnvironment } from "./deploy-support/environment.ts"
import { evidenceStore } from "./deploy-support/published.ts"
import type { StoredNamespace } from "./earlier-support/namespace.ts"
import {
  callFor,
  type EarlierRelease,
  earlierRelease,
  type Left,
  pushEarlier,
  recorded,
  restored,
} from "./earlier-support/restored.ts"

const releases: Record<string, EarlierRelease> = {}
const release = (version: string) => releases[version] as EarlierRelease

beforeAll(async () => {
  await pushEarlier()
  for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"])
    releases[version] = await earlierRelease(version)
})

/** As the earlier calls had it; verifications do not expire, whenever this runs. */
const asItWas = (env: TestEnvironment) =>
  env.environment({
    load: { profile: "smoke", scale: 0.05 },
    objectives: { errorRate: 0.5, p95Ms: 5000, availability: 0.5, minimumRequests: 5 },
    verificationTtl: "36500d",
  })

const holds = ({ holds: all }: Ledger) => all.map(({ version }) => version)

test.each(["1.0.0", "1.1.0", "1.2.0", "1.3.0"])("the evidence of %s is whole", async (version) => {
  const { record, files } = release(version)
  const checks = verifyRecord(files, { digest: recordDigest(record), date: "2026-12-01T00:00:00Z" })
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  // The same content again is the same evidence.
  const again = await evidenceStore("earlier").put("releases", `v${version}`, files)
  const found = await evidenceStore("earlier").get("releases", `v${version}`)
  expect(again).toEqual(found?.stored)
})

// Each test goes on from where the one before left it.
describe("a namespace with verified and held releases", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await restored("verified")
    await env.kubectl(["rollout", "status", "deployment/web", "--timeout=60s"])
  })
  afterAll(() => env.remove())

  const ledger = async () => (await env.observe()).ledger

  test("status and history tell what the earlier version recorded", async () => {
    const end = await env.call("observe", { environment: asItWas(env) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    const status = await end.json<Awaited<ReturnType<TestEnvironment["observe"]>>["status"]>("status.json")
    expect(status.current).toMatchObject({
      ...{ version: "1.1.0", verified: true, record: recordDigest(release("1.1.0").record) },
    })
    expect([status.differences, status.interrupted, status.lock]).toEqual([[], null, null])
    expect(status.history.map((one) => [one.version, one.revision, one.outcome])).toEqual([
      ["1.0.0", 1, "verified"],
      ["1.1.0", 2, "verified"],
      ["1.2.0", 3, "verified"],
      ["1.1.0", 4, "verified"],
      ["1.3.0", 5, "rolled-back"],
      ["1.1.0", 6, "verified"],
    ])
    expect(status.holds.map(({ version }) => version)).toEqual(["1.2.0", "1.3.0"])
    expect(await env.podDigests()).toEqual([release("1.1.0").digest])
  })

  test("what runs is proven by the smoke test that was kept", async () => {
    const end = await env.call("smoke")
    expect([end.code, end.stderr]).toEqual([0, ""])
  })

  test("what it held is refused, by plan and deployment", async () => {
    for (const [version, why] of [
      ["1.2.0", "customers complain"],
      ["1.3.0", 'status is "unhealthy"'],
    ] as const)
      for (const command of ["plan", "run"] as const) {
        const end = await callFor(env, command, release(version))
        expect([end.code, end.stderr]).toEqual([16, expect.stringContaining(why)])
      }
    expect(await env.podDigests()).toEqual([release("1.1.0").digest])
  })

  test("the release that runs is deployed again without a change", async () => {
    const pods = await env.kubectl(["get", "pods", "--output", "name"])
    const end = await callFor(env, "run", release("1.1.0"), { environment: asItWas(env) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.report?.after?.revision).toBe(6)
    expect(await env.kubectl(["get", "pods", "--output", "name"])).toBe(pods)
  })

  test("a newer release is deployed over it, and its chain goes on", async () => {
    const record = await env.release({ version: "2.0.0", kind: "good" })
    const end = await env.call("run", { record })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
    const now = await ledger()
    expect(now.entries.at(-1)).toMatchObject({ set: { version: "2.0.0" }, outcome: "verified" })
    expect(() => verifyChain(now)).not.toThrow()
    const before = JSON.parse(dataOf(await recorded("verified"), "signalbox-ledger", "ledger.json")) as Ledger
    expect(now.entries.slice(0, before.entries.length)).toEqual(before.entries)
  })

  test("a rollback goes to its Helm revision", async () => {
    const end = await env.call("rollback", { rollback: { reason: "newer is worse" } })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([release("1.1.0").digest])
    expect(holds(await ledger())).toEqual(["1.2.0", "1.3.0", "2.0.0"])
  })

  test("without Helm's history, a rollback goes by the bundle that it kept", async () => {
    const all = await env.kubectl([
      "get",
      "secrets",
      "--selector",
      "owner=helm,status!=deployed",
      "--output",
      "name",
    ])
    await env.kubectl(["delete", ...all.trim().split("\n")])
    const end = await env.call("rollback", { rollback: { reason: "as it was at first" } })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([release("1.0.0").digest])
    expect(holds(await ledger())).toEqual(["1.2.0", "1.3.0", "2.0.0", "1.1.0"])
  })

  test("a hold of it is lifted with a reason, and the release is deployed from its evidence", async () => {
    const lifted = await env.call("lift", { lift: { version: "1.2.0", reason: "they do not any more" } })
    expect([lifted.code, lifted.stderr]).toEqual([0, ""])
    const end = await callFor(env, "run", release("1.2.0"), { environment: asItWas(env) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([release("1.2.0").digest])
    expect((await ledger()).lifted).toMatchObject([
      { hold: { version: "1.2.0", reason: "customers complain" } },
    ])
  })
})

describe("an operation that was cut off", () => {
  let env: TestEnvironment
  afterEach(() => env.remove())

  async function settled(): Promise<void> {
    const helm = ["get", "secrets", "--selector", "owner=helm", "--output"]
    expect(await env.kubectl([...helm, "jsonpath={.items[*].metadata.labels.status}"])).not.toMatch(/pending/)
    expect((await env.journal())?.phase).toBe("finished")
    verifyChain((await env.observe()).ledger)
  }

  test.each([
    ["rolling out", "roll-out", "1.1.0", [0, "", "1.1.0", []]],
    ["going back", "way-back", "1.3.0", [15, expect.stringMatching(/^ROLLED_BACK/), "1.0.0", ["1.3.0"]]],
  ] as const)("%s: the same call finishes it", async (_when, left, version, [code, error, runs, held]) => {
    env = await restored(left satisfies Left)
    const end = await callFor(env, "run", release(version), { environment: asItWas(env) })
    expect([end.code, end.stderr]).toEqual([code, error])
    expect(end.stdout).toMatch(/was interrupted: its (plan|way back) is finished/)
    expect(end.report).toMatchObject({ operation: "call-2", call: "later-1" })
    expect(await env.podDigests()).toEqual([release(runs).digest])
    expect(holds((await env.observe()).ledger)).toEqual(held)
    await settled()
  })

  test.each(["roll-out", "way-back"] as const)("%s: a rollback ends at what was verified", async (left) => {
    env = await restored(left)
    const end = await env.call("rollback")
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(await env.podDigests()).toEqual([release("1.0.0").digest])
    expect(holds((await env.observe()).ledger)).toEqual([left === "roll-out" ? "1.1.0" : "1.3.0"])
    await settled()
  })

  test.each(["roll-out", "way-back"] as const)("%s: a newer release comes after it", async (left) => {
    env = await restored(left)
    const record = await env.release({ version: "2.0.0", kind: "good" })
    const end = await env.call("run", { record })
    expect([end.code, end.stderr]).toEqual([0, ""])
    expect(end.stdout).toMatch(/going back to what was verified first/)
    expect(await env.podDigests()).toEqual([record.images[0]?.digest])
    expect(holds((await env.observe()).ledger)).toEqual(left === "roll-out" ? [] : ["1.3.0"])
    await settled()
  })
})

function dataOf({ objects }: StoredNamespace, name: string, key: string): string {
  const data = objects.find(({ metadata }) => metadata.name === name)?.data as Record<string, string>
  return data[key] ?? ""
}
