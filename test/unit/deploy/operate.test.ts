/** How an operation goes on after a step has failed, on a world that does not move. */
import { describe, expect, test } from "vitest"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import type { HelmStatus } from "../../../src/deploy/helm/index.ts"
import { type Actions, operate } from "../../../src/deploy/machine/index.ts"
import { emptyLedger, openJournal, StateStore } from "../../../src/deploy/state/index.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { type Plan, planHash } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { manifestOf, setOf, settings } from "./support/sets.ts"

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
  settle: async () => {},
  rollOut: async () => ({ ok: true, note: "" }),
  returnTo: async () => ({ ok: true, note: "" }),
  smoke: async () => ({ ok: true, note: "" }),
  load: async () => ({ ok: true, note: "" }),
  outOfTraffic: async () => ({ ok: true, note: "" }),
  keep: async () => {},
  diagnose: async () => null,
}

/** Helm's revisions by the version in them, oldest first. */
function worldOf(...revisions: readonly (readonly [string, HelmStatus])[]): World {
  return {
    revisions: revisions.map(([version, status], index) => ({
      ...{ revision: index + 1, status, description: "" },
      ...{ manifest: manifestOf(version), manifests: setOf(version).manifests },
    })),
    ...{ rollout: { ready: false, waitingFor: [] }, images: {}, pods: [], ledger: emptyLedger("staging") },
  }
}

async function carryOut(world: World, actions: Partial<Actions>) {
  const api = new MemoryApi()
  const store = new StateStore(api, "apps")
  const by = { by: "anna", started: "2026-01-01T00:00:00Z" }
  const draft = openJournal({ operation: "op", fence: 1, plan, planHash: planHash(plan), ...by })
  const said: string[] = []
  const stage = {
    ...{ clock: new MemoryClock(), store, actions: { ...well, ...actions } },
    lock: { assertHeld: () => {}, lost: new AbortController().signal },
    observe: async () => {
      const ledger = await store.readLedger()
      return {
        world: { ...world, ledger: ledger?.value ?? world.ledger },
        ledgerVersion: ledger?.version ?? null,
      }
    },
    say: (line: string) => said.push(line),
  }
  const journal = await store.writeJournal(draft, null)
  const operation = { plan, journal, settings: settings(), evidence: null, reason: null }
  return { journal: await operate(stage, operation), said, api }
}

describe("a roll-out that Helm refused before it began", () => {
  const rollOut = async () => ({ ok: false as const, cause: "forbidden", untouched: true })

  test("has changed nothing: there is nothing to go back from", async () => {
    const { journal } = await carryOut(worldOf(["1.0.0", "deployed"]), { rollOut })
    expect(journal).toMatchObject({ phase: "finished", outcome: "failed", cause: "forbidden" })
  })

  test("goes back all the same where a driver that died had begun it", async () => {
    const half = worldOf(["1.0.0", "deployed"], ["1.1.0", "failed"])
    const { journal, api } = await carryOut(half, { rollOut })
    expect(journal).toMatchObject({ phase: "finished", outcome: "rolled-back", cause: "forbidden" })
    expect(api.objects.has(configMapPath("apps", "signalbox-ledger"))).toBe(true)
  })
})

test("a diagnosis that cannot be written does not keep the operation from going back", async () => {
  const smoke: Actions["smoke"] = async (_set, step) =>
    step === "prove" ? { ok: true, note: "" } : { ok: false, cause: "503" }
  const diagnose = () => Promise.reject(new Error("ENOSPC: no space left on device"))
  const { journal, said } = await carryOut(worldOf(["1.0.0", "deployed"]), { smoke, diagnose })
  expect(journal).toMatchObject({ outcome: "rolled-back", cause: "503" })
  expect(said).toContain("diagnosis: not kept: ENOSPC: no space left on device")
})
