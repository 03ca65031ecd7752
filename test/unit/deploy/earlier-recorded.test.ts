/** State, bundles, Helm's releases and plans as commit bef7440 wrote them (test/recorded/earlier/). */
import { describe, expect, test } from "vitest"
import { chartDigest, parseManifests } from "../../../src/chart/index.ts"
import { readBundle } from "../../../src/deploy/bundles/index.ts"
import { nextAction, recoveryOf, resume } from "../../../src/deploy/engine/index.ts"
import { acquireLock, readLock } from "../../../src/deploy/lock/index.ts"
import { planDeployment, planRollback } from "../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import {
  fallbackOf,
  planOf,
  StateStore,
  type StoredJournal,
  type StoredLedger,
  verifiedEntries,
  verifyChain,
} from "../../../src/deploy/state/index.ts"
import {
  type Plan,
  type PlanBasis,
  type PlanProof,
  planHash,
  recordDigest,
  sha256,
} from "../../../src/domain/index.ts"
import { members } from "./support/members.ts"
import type { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { recorded, recordedNamespace, recordedRelease } from "./support/recorded.ts"
import { environmentOf } from "./support/sets.ts"

/** As the recorded calls had it. */
const environment = {
  schemaVersion: 1,
  ...{ name: "test", release: "app", access: { kind: "service-proxy", component: "web" } },
  timeouts: { rollout: "40s", rollback: "40s", smoke: "20s", load: "60s" },
  load: { profile: "smoke", scale: 0.05 },
  objectives: { errorRate: 0.5, p95Ms: 5000, availability: 0.5, minimumRequests: 5 },
}

interface Left {
  readonly api: MemoryApi
  readonly namespace: string
  readonly ledger: StoredLedger
  readonly journal: StoredJournal
}

async function left(name: string): Promise<Left> {
  const { api, namespace } = await recordedNamespace(name)
  const store = new StateStore(api, namespace)
  const [ledger, journal] = [await store.readLedger(), await store.readJournal()]
  if (ledger === null || journal === null) throw new Error(`${name} has no state`)
  return { api, namespace, ledger: ledger.value, journal: journal.value }
}

const observe = ({ api, namespace, ledger }: Left) =>
  members.strategy.observe(api, environmentOf({ ...environment, namespace }), ledger)

/** What an earlier version did not write down was not planned otherwise. */
const anyBasis: PlanBasis = {
  ...{ environment: sha256("environment"), settings: {}, requiredGates: [], tools: {} },
  policy: { protectedBranches: [], anchor: null },
  ...{ verifiedFor: null, outside: sha256("hooks") },
}

describe("what it recorded of releases", () => {
  test.each(["verified", "roll-out", "way-back"])(
    "%s: each set is the one that its digests name",
    async (name) => {
      const { api, namespace, ledger } = await left(name)
      verifyChain(ledger)
      const { revisions } = await observe(await left(name))
      for (const { set, revision } of ledger.entries) {
        const files = await recordedRelease(set.version)
        const record = JSON.parse(new TextDecoder().decode(files.get("record.json")))
        const inChart = [...files].filter(([path]) => path.startsWith("chart/"))
        const chart = new Map(inChart.map(([path, content]) => [path.slice("chart/".length), content]))
        expect([recordDigest(record), chartDigest(chart)]).toEqual([set.record, set.chart])
        expect(revisions.find((one) => one.revision === revision)?.manifests).toBe(set.manifests)
      }
      for (const { set } of verifiedEntries(ledger)) {
        const bundle = await readBundle(api, namespace, set)
        expect(bundle?.smoke).toContain("health and version")
      }
    },
  )

  test("its holds, and where a failure goes back to", async () => {
    const { ledger } = await left("verified")
    expect(ledger.holds.map(({ version, reason }) => [version, reason])).toEqual([
      ["1.2.0", "customers complain"],
      ["1.3.0", expect.stringContaining('status is "unhealthy"')],
    ])
    expect(fallbackOf(ledger, null)?.set.version).toBe("1.1.0")
  })
})

describe("an operation that it left in the middle", () => {
  const { lock } = environmentOf()

  test.each(["roll-out", "way-back"])("%s: its lock ends by itself, and its number goes on", async (name) => {
    const { api, namespace, journal } = await left(name)
    expect(await readLock(api, namespace)).toMatchObject({
      holder: "tester-2 (call-2)",
      fence: 2,
      ttlMs: 4000,
    })
    const clock = new MemoryClock()
    const holder = { who: "ben", id: "1" }
    const request = { ...{ environment: "test", namespace, holder, operation: "next" }, settings: lock }
    const acquired = await acquireLock(api, clock, { ...request, knownFence: journal.fence })
    expect(acquired.fence).toBe(3)
    expect(clock.elapsed).toBeGreaterThanOrEqual(4000)
  })

  test.each([
    ["roll-out", "forward", ["resume", "roll-back", "roll-back"]],
    ["way-back", "back", ["resume", "roll-back", "roll-back"]],
  ] as const)(
    "%s: is finished for the same release, else gone back from first",
    async (name, phase, ways) => {
      const { journal, ledger } = await left(name)
      expect(journal.phase).toBe(phase)
      const { target, proof, steps } = planOf(journal)
      const wanted = { set: target, proof: asWanted(proof), basis: anyBasis, steps, refused: false }
      const other = { ...wanted, set: { ...target, record: sha256("another") } }
      expect([wanted, other, null].map((one) => recoveryOf(journal, ledger, one))).toEqual(ways)
      // Held against more than was planned, it is another plan.
      const stricter = { ...wanted.proof, objectives: { ...wanted.proof.objectives, p95Ms: 1 } }
      const asked = recoveryOf(journal, ledger, { ...wanted, proof: stricter })
      expect(asked).toBe(phase === "forward" ? "roll-back" : "resume")
    },
  )

  test.each([
    ["roll-out", 2, "roll-out"],
    ["way-back", 3, "return"],
  ] as const)("%s: goes on at the step where it was", async (name, pending, step) => {
    const seen = await left(name)
    const plan = planOf(seen.journal)
    const journal = resume(members.steps, seen.journal, 3, false)
    const next = async () => nextAction(members, journal, plan, await observe(seen))
    expect(await next()).toEqual({ do: "settle", revision: pending })
    await members.strategy.settle(
      seen.api,
      environmentOf({ ...environment, namespace: seen.namespace }),
      pending,
    )
    expect(await next()).toEqual({ do: "run", step })
  })
})

/** The proof that a call asks for by now: with what plans name since then. */
function asWanted(planned: PlanProof | null): PlanProof {
  if (planned?.load == null) throw new Error("the plan names no load test")
  const { load, objectives } = planned
  const since = {
    load: { ...load, inconclusive: "keep" },
    objectives: { ...objectives, expectedStatuses: [] },
  }
  return { ...planned, ...since } as PlanProof
}

interface RecordedPlan {
  readonly plan: Plan
  readonly hash: string
}

describe("plans that it made", () => {
  const plans = () => recorded<Record<"deployment" | "rollback", RecordedPlan>>("plans")

  test.each(["deployment", "rollback"] as const)("a %s has the hash that it had", async (kind) => {
    const { plan, hash } = (await plans())[kind]
    expect(planHash(plan)).toBe(hash)
  })

  /** The same facts as then; only what plans say since then is left out. */
  async function facts() {
    const seen = await left("verified")
    const { plan } = (await plans()).rollback
    const request = driverRequest.parse({
      ...{ schemaVersion: 1, project: "test", environment: { ...environment, namespace: seen.namespace } },
      ...{ holder: { who: "ben", id: "1" }, operation: "op", date: "2026-01-01T00:00:00Z", components: {} },
    })
    const world = await observe(seen)
    return {
      members,
      request,
      cluster: plan.cluster,
      interrupted: null,
      canLoad: true,
      world,
      ledger: seen.ledger,
    }
  }
  const asThen = ({ serving: _since, basis: _neither, steps, ...plan }: Plan): string => {
    const asTold = steps.map((step) => ({ ...step, title: step.title.replace(/; without a verdict .*/, "") }))
    return planHash({ ...plan, steps: asTold })
  }

  test("equal facts give the plan of a rollback that they gave", async () => {
    const { ledger, ...known } = await facts()
    const to = ledger.entries.find(({ set }) => set.version === "1.0.0")
    if (to === undefined) throw new Error("1.0.0 was deployed there")
    expect(asThen(planRollback(known, to))).toBe((await plans()).rollback.hash)
  })

  test("equal facts give the plan of a deployment that they gave", async () => {
    const { ledger: _ledger, ...known } = await facts()
    const { plan, hash } = (await plans()).deployment
    const { current } = known.world
    if (current === null || plan.proof === null) throw new Error("1.1.0 runs there")
    const rendered = { manifest: current.manifest, objects: parseManifests(current.manifest) }
    const target = { set: plan.target, ...rendered, crds: "", valueFiles: [], valueTexts: [] }
    expect(asThen(planDeployment({ ...known, proof: plan.proof }, target))).toBe(hash)
  })
})
