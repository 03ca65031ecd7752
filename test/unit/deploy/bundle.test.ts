/** What is kept of a verified set, and for how long. */
import { describe, expect, test } from "vitest"
import { type ChartFiles, chartDigest, parseManifests } from "../../../src/chart/index.ts"
import {
  bundleName,
  neededBundles,
  readBundle,
  saveBundle,
  valuesDigest,
} from "../../../src/deploy/bundles/index.ts"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { append, emptyLedger, verifiedEntries } from "../../../src/deploy/state/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession, namespace } from "./support/session.ts"
import { manifestOf, setOf } from "./support/sets.ts"

function ledgerOf(...versions: readonly string[]) {
  return versions.reduce(
    (before, version, index) =>
      append(before, {
        ...{
          operation: `op-${index}`,
          kind: "deploy",
          fence: index + 1,
          at: "2026-01-01T00:00:00Z",
          by: "anna",
        },
        ...{ set: setOf(version), revision: index + 1, outcome: "verified", planHash: sha256("plan") },
      }),
    emptyLedger("staging"),
  )
}

describe("what is kept", () => {
  test("a release that was verified ten times does not push out the one before it", () => {
    const again = Array.from({ length: 10 }, () => "1.1.0")
    const versions = neededBundles(verifiedEntries(ledgerOf("0.9.0", "1.0.0", ...again)), 2).map(
      (set) => set.version,
    )
    expect(new Set(versions)).toEqual(new Set(["1.1.0", "1.0.0"]))
  })

  test("not what fell out of the history, but what the ledger does not name yet: another driver kept it", async () => {
    const api = new MemoryApi()
    const session = memorySession(api, new MemoryClock(), { environment: { history: 2 } })
    const kept = { chart: new Map(), values: [], smoke: null }
    const versions = ["0.9.0", "1.0.0", "1.1.0"]
    for (const version of [...versions, "2.0.0"]) await saveBundle(api, namespace, setOf(version), kept)
    await session.store.writeLedger(ledgerOf(...versions), null)
    await driverActions(session, "op", brought("1.2.0")).saveBundle(setOf("1.2.0"))
    const left = [...versions, "1.2.0", "2.0.0"].filter((version) =>
      api.objects.has(configMapPath(namespace, bundleName(setOf(version)))),
    )
    expect(left).toEqual(["1.0.0", "1.1.0", "1.2.0", "2.0.0"])
  })

  test("an installation that was taken up again, and is rendered as an upgrade now", async () => {
    const chart: ChartFiles = new Map([["Chart.yaml", Buffer.from("name: app\n")]])
    const digests = { chart: chartDigest(chart), values: valuesDigest(["a: 1\n"]) }
    const installed = setOf("1.0.0", digests)
    const target = {
      set: setOf("1.0.0", { ...digests, manifests: sha256("rendered as an upgrade") }),
      ...{ manifest: manifestOf("1.0.0"), objects: parseManifests(manifestOf("1.0.0")) },
      ...{ crds: "", valueFiles: [], valueTexts: ["a: 1\n"] },
    }
    const api = new MemoryApi()
    const session = memorySession(api, new MemoryClock())
    const inputs = { chartDirectory: "", chart, smoke: null, values: [], work: "" }
    await driverActions(session, "op", { target, inputs }).saveBundle(installed)
    expect((await readBundle(api, namespace, installed))?.values).toEqual(["a: 1\n"])
  })
})

function brought(version: string) {
  const manifest = manifestOf(version)
  const objects = parseManifests(manifest)
  return {
    target: { set: setOf(version), manifest, objects, crds: "", valueFiles: [], valueTexts: [] },
    inputs: { chartDirectory: "", chart: new Map(), smoke: null, values: [], work: "" },
  }
}
