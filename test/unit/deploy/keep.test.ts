/** What is kept of a verified set, and for how long. */
import { describe, expect, test } from "vitest"
import { type ChartFiles, chartDigest, parseManifests } from "../../../src/chart/index.ts"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { neededSets, readKept, valuesDigest } from "../../../src/deploy/kept/index.ts"
import { append, emptyLedger, verifiedEntries } from "../../../src/deploy/state/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession, namespace } from "./support/session.ts"
import { manifestOf, setOf } from "./support/sets.ts"

function verified(...versions: readonly string[]) {
  const ledger = versions.reduce(
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
  return verifiedEntries(ledger)
}

describe("what is kept", () => {
  test("a release that was verified ten times does not push out the one before it", () => {
    const again = Array.from({ length: 10 }, () => "1.1.0")
    const versions = neededSets(verified("0.9.0", "1.0.0", ...again), 2).map((set) => set.version)
    expect(new Set(versions)).toEqual(new Set(["1.1.0", "1.0.0"]))
  })

  test("an installation that was taken up again, and is rendered as an upgrade now", async () => {
    const chart: ChartFiles = new Map([["Chart.yaml", Buffer.from("name: app\n")]])
    const digests = { chart: chartDigest(chart), values: valuesDigest(["a: 1\n"]) }
    const installed = setOf("1.0.0", digests)
    const target = {
      set: setOf("1.0.0", { ...digests, manifests: sha256("rendered as an upgrade") }),
      ...{ manifest: manifestOf("1.0.0"), objects: parseManifests(manifestOf("1.0.0")) },
      ...{ valueFiles: [], valueTexts: ["a: 1\n"] },
    }
    const api = new MemoryApi()
    const session = memorySession(api, new MemoryClock())
    const inputs = { chartDirectory: "", chart, values: [], work: "" }
    await driverActions(session, "op", { target, inputs }).keep(installed)
    expect((await readKept(api, namespace, installed))?.values).toEqual(["a: 1\n"])
  })
})
