/** How an operation goes on after a step has failed, on a world that does not move. */
import { describe, expect, test } from "vitest"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { type Actions, operate } from "../../../src/deploy/engine/index.ts"
import { describeRevision, type HelmStatus } from "../../../src/deploy/helm/index.ts"
import {
  assertJournalFits,
  emptyLedger,
  fitJournal,
  openJournal,
  roomOf,
  StateStore,
  type StoredJournal,
  sizeOf,
  startRollback,
  stateLimit,
} from "../../../src/deploy/state/index.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { eventLine, type Plan, type ProgressEvent, planHash } from "../../../src/domain/index.ts"
import { members } from "./support/members.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { environmentOf, history, manifestOf, setOf } from "./support/sets.ts"

const plan: Plan = {
  ...{ schemaVersion: 1, kind: "deploy", project: "test", environment: "staging", namespace: "apps" },
  ...{
    releaseName: "app",
    cluster: "uid-1",
    baseRevision: 1,
    strategy: "rolling",
    proof: null,
    changes: [],
    warnings: [],
  },
  ...{ current: setOf("1.0.0"), target: setOf("1.1.0"), fallback: setOf("1.0.0") },
  steps: [
    { id: "roll-out", title: "", timeoutSeconds: 1 },
    { id: "smoke", title: "", timeoutSeconds: 1 },
    { id: "verify", title: "", timeoutSeconds: 1 },
  ],
} as const

const well: Actions = {
  rollOut: async () => ({ ok: true, note: "" }),
  returnTo: async () => ({ ok: true, note: "" }),
  smoke: async () => ({ ok: true, note: "" }),
  load: async () => ({ ok: true, note: "" }),
  removeOrphans: async () => "",
  outOfTraffic: async () => ({ ok: true, note: "" }),
  storeLog: async (_file, text) => text,
  hide: (text) => text,
  saveBundle: async () => {},
  diagnose: async () => null,
}

/** Helm's revisions by the version in them, oldest first. */
function worldOf(...revisions: readonly (readonly [string, HelmStatus])[]): World {
  return {
    ...history(
      revisions.map(([version, status], index) => ({
        ...{ revision: index + 1, status, description: "" },
        ...{ manifest: manifestOf(version), manifests: setOf(version).manifests },
      })),
    ),
    ...{
      rollout: { ready: false, waitingFor: [], changed: [] },
      images: {},
      pods: [],
      traffic: { present: ["Service/web"], missing: [] },
      ledger: emptyLedger("staging"),
    },
  }
}

/** @param world what is there at each look. */
async function executePlan(
  world: World | (() => World),
  actions: Partial<Actions>,
  taken: (journal: StoredJournal) => StoredJournal = (journal) => journal,
) {
  const api = new MemoryApi()
  const sizes: number[] = []
  const replace = api.replace.bind(api)
  api.replace = (path, object) => {
    sizes.push(Buffer.byteLength(((object.data ?? {}) as Record<string, string>)["journal.json"] ?? ""))
    return replace(path, object)
  }
  const store = new StateStore(api, "apps")
  const by = { by: "anna", started: "2026-01-01T00:00:00Z", reason: null }
  const draft = openJournal({ operation: "op", fence: 1, plan, planHash: planHash(plan), ...by })
  const said: string[] = []
  const stage = {
    ...{ ...members, clock: new MemoryClock(), store, api, actions: { ...well, ...actions } },
    lock: { assertHeld: () => {}, lost: new AbortController().signal },
    observe: async () => {
      const ledger = await store.readLedger()
      const now = typeof world === "function" ? world() : world
      return {
        world: { ...now, ledger: ledger?.value ?? now.ledger },
        ledgerVersion: ledger?.version ?? null,
      }
    },
    tell: (event: ProgressEvent) => said.push(eventLine(event) ?? ""),
  }
  const journal = await store.beginJournal(taken(draft), null)
  const operation = { plan, journal, settings: environmentOf(), evidence: null }
  return { journal: await operate(stage, operation), said, api, sizes }
}

describe("a roll-out that Helm refused before it began", () => {
  const rollOut = async () => ({ ok: false as const, cause: "forbidden", untouched: true })

  test("has changed nothing: there is nothing to go back from", async () => {
    const { journal } = await executePlan(worldOf(["1.0.0", "deployed"]), { rollOut })
    expect(journal).toMatchObject({ phase: "finished", outcome: "failed", cause: "forbidden" })
  })

  test("goes back all the same where a driver that died had begun it", async () => {
    const half = [["1.0.0", "deployed"] as const, ["1.1.0", "failed"] as const]
    let world = worldOf(...half)
    const returnTo: Actions["returnTo"] = async () => {
      world = worldOf(...half, ["1.0.0", "deployed"])
      return { ok: true, note: "" }
    }
    const { journal, api } = await executePlan(() => world, { rollOut, returnTo })
    expect(journal).toMatchObject({ phase: "finished", outcome: "rolled-back", cause: "forbidden" })
    expect(api.objects.has(configMapPath("apps", "signalbox-ledger"))).toBe(true)
  })
})

describe("X14 what the API server refused", () => {
  const refusal = 'Job.batch "migrate" is invalid: spec.template: field is immutable'
  const diagnose = async () => "unschedulable: other-1: 0/1 nodes are available"
  const going = async (explained: boolean) => {
    const rollOut = async () => ({ ok: false as const, cause: refusal, explained })
    const returnTo: Actions["returnTo"] = async () => ({ ok: false, cause: "away" })
    const world = worldOf(["1.0.0", "superseded"], ["1.1.0", "failed"])
    return (await executePlan(world, { rollOut, returnTo, diagnose })).journal.cause
  }

  test("X14 is the first cause, before any pod", async () => {
    expect(await going(true)).toMatch(new RegExp(`^${refusal.replaceAll(/[.]/g, "[.]")}; then: `))
  })

  test("sibling of X14: where pods did not get ready, they say why", async () => {
    expect(await going(false)).toMatch(/^unschedulable: other-1: .*\(Job[.]batch/)
  })
})

test("a diagnosis that cannot be written does not keep the operation from going back", async () => {
  const smoke: Actions["smoke"] = async (_set, report) =>
    report === "smoke-after-rollback.json" ? { ok: true, note: "" } : { ok: false, cause: "503" }
  const diagnose = () => Promise.reject(new Error("ENOSPC: no space left on device"))
  const { journal, said } = await executePlan(worldOf(["1.0.0", "deployed"]), { smoke, diagnose })
  expect(journal).toMatchObject({ outcome: "rolled-back", cause: "503" })
  expect(said).toContain("diagnosis: not stored: ENOSPC: no space left on device")
})

describe("a world that somebody else changes while it is tested", () => {
  const rolledOut = worldOf(["1.0.0", "superseded"], ["1.1.0", "deployed"])
  const upgraded = worldOf(["1.0.0", "superseded"], ["1.1.0", "superseded"], ["9.9.9", "deployed"])
  const back = worldOf(["1.0.0", "superseded"], ["1.1.0", "superseded"], ["1.0.0", "deployed"])

  const podOf = (version: string) => ({
    component: "web",
    digests: [setOf(version).images.web ?? ""],
    specified: [],
  })

  /** The world after each of our own steps; `meddle` is what it becomes during a smoke test. */
  async function meddledWith(meddle: Partial<Record<"smoke.json" | "smoke-after-rollback.json", World>>) {
    let world = rolledOut
    const smoke: Actions["smoke"] = async (_set, report) => {
      world = meddle[report] ?? world
      return { ok: true, note: "" }
    }
    const returnTo: Actions["returnTo"] = async () => {
      world = back
      return { ok: true, note: "" }
    }
    const { journal, api } = await executePlan(() => world, { smoke, returnTo })
    const ledger = (await new StateStore(api, "apps").readLedger())?.value
    const outcomes = ledger?.entries.map(({ set, outcome }) => [set.version, outcome])
    return { journal, outcomes, holds: ledger?.holds.length }
  }

  test("what was proven and runs is verified", async () => {
    const { outcomes } = await meddledWith({})
    expect(outcomes).toEqual([["1.1.0", "verified"]])
  })

  test.each([
    ["another Helm revision", upgraded, /Helm revision 3 \(deployed.*not that of 1\.1\.0/],
    ["no Helm release", { ...rolledOut, ...history([]) }, /Helm release is gone/],
    ["another image", { ...rolledOut, pods: [podOf("9.9.9")] }, /no pod of web/],
  ])("%s: back to what was verified, and nothing is held against the release", async (_name, world, why) => {
    const { journal, outcomes, holds } = await meddledWith({ "smoke.json": world })
    expect(journal).toMatchObject({ outcome: "rolled-back", cause: expect.stringMatching(why) })
    expect(outcomes).toEqual([
      ["1.1.0", "rolled-back"],
      ["1.0.0", "verified"],
    ])
    expect(holds).toBe(0)
  })

  test("while the way back is proven, too: a person is needed, and nothing is called verified", async () => {
    const { journal, outcomes } = await meddledWith({
      "smoke.json": upgraded,
      "smoke-after-rollback.json": upgraded,
    })
    expect(journal.outcome).toBe("person-needed")
    expect(outcomes).toEqual([["1.1.0", "failed"]])
  })

  test("a revision of ours whose manifests tell its number is still ours", async () => {
    const numbered = rolledOut.revisions.map((one) =>
      one.revision === 2
        ? { ...one, manifests: setOf("numbered").manifests, description: describeRevision("op", "1.1.0") }
        : one,
    )
    const { outcomes } = await meddledWith({ "smoke.json": { ...rolledOut, ...history(numbered) } })
    expect(outcomes).toEqual([["1.1.0", "verified"]])
  })
})

describe("a driver that died when Helm had ended, and before the orphans were removed", () => {
  const ready = { ready: true, waitingFor: [], changed: [] }
  const half = ["1.1.0", "failed"] as const
  const cases = [
    ["return", "1.0.0", worldOf(["1.0.0", "superseded"], half, ["1.0.0", "deployed"]), "back"],
    ["roll-out", "1.1.0", worldOf(["1.0.0", "superseded"], half, ["1.1.0", "deployed"]), "forward"],
  ] as const

  test.each(cases)("%s: whoever finds %s running removes them", async (step, version, world, phase) => {
    const asked: string[] = []
    const removeOrphans: Actions["removeOrphans"] = async (set) => {
      asked.push(set.version)
      return "; removed Deployment/worker"
    }
    const { journal } = await executePlan({ ...world, rollout: ready }, { removeOrphans }, (one) =>
      phase === "back" ? startRollback(one, "503") : one,
    )
    expect(asked).toEqual([version])
    expect(journal.steps.find(({ id }) => id === step)?.note).toMatch(/; removed Deployment\/worker$/)
  })
})

describe("V18 a plan that fills the journal", () => {
  const filled = (size: number, kind: Plan["kind"] = "deploy"): Plan => ({
    ...plan,
    kind,
    warnings: kind === "rollback" ? [] : ["x".repeat(size)],
    changes: kind === "rollback" ? changes(size) : [],
  })
  const changes = (count: number): Plan["changes"] =>
    Array.from({ length: count }, (_, index) => ({
      action: "update",
      kind: "ConfigMap",
      name: `c-${index}`,
      diff: [],
    }))
  const draft = (planned: Plan) => {
    const by = { by: "anna", started: "2026-01-01T00:00:00Z", reason: null }
    return openJournal({ operation: "op", fence: 1, plan: planned, planHash: planHash(planned), ...by })
  }
  /** A journal that opens at a number of bytes. */
  const journalAt = (bytes: number) => draft(filled(bytes - sizeOf(draft(filled(0)))))
  const refused = { code: "POLICY_REFUSED", detail: { what: expect.stringMatching(/does not fit/) } }
  const world = worldOf(["1.0.0", "superseded"], ["1.1.0", "deployed"])
  const back = worldOf(["1.0.0", "superseded"], ["1.1.0", "superseded"], ["1.0.0", "deployed"])
  let now = world

  test.each([stateLimit, stateLimit - 10, stateLimit - 1000])(
    "V18 to %s bytes is refused before it is opened",
    async (bytes) => {
      const full = journalAt(bytes)
      expect(sizeOf(full)).toBe(bytes)
      await expect(executePlan(world, {}, () => full)).rejects.toMatchObject(refused)
    },
  )

  /** The fullest journal that may begin, with a step whose words are long and of many bytes. */
  const fullest = () => journalAt(stateLimit - roomOf(draft(filled(0))))
  const words = "界".repeat(400)

  test.each<[string, Partial<Actions>, string]>([
    [
      "forward",
      { rollOut: async () => ({ ok: true, note: words }), smoke: async () => ({ ok: true, note: words }) },
      "verified",
    ],
    [
      "on its way back",
      {
        rollOut: async () => ({ ok: true, note: words }),
        smoke: async (_set, report) =>
          report === "smoke.json" ? { ok: false, cause: words } : { ok: true, note: words },
        returnTo: async () => {
          now = back
          return { ok: true, note: words }
        },
      },
      "rolled-back",
    ],
    [
      "to a person",
      {
        rollOut: async () => ({ ok: false, cause: words }),
        returnTo: async () => ({ ok: false, cause: words }),
      },
      "person-needed",
    ],
  ])(
    "V18 %s: what has begun is written down to its end, within the limit",
    async (_way, actions, outcome) => {
      const { journal, sizes } = await executePlan(() => now, actions, fullest)
      expect(journal.outcome).toBe(outcome)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(stateLimit)
    },
  )

  test("sibling of V18: a rollback is never refused for its size: it stores no list of changes", () => {
    const journal = draft(filled(2000, "rollback"))
    expect(() => assertJournalFits(journal)).not.toThrow()
  })

  test("sibling of V18: a journal that an earlier version has filled to the last byte turns back", () => {
    const full = startRollback(journalAt(stateLimit), words)
    expect(fitJournal(full)).toMatchObject({ phase: "back", operation: "op" })
  })
})
