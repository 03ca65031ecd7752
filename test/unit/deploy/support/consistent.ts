import { expect } from "vitest"
import { isPending } from "../../../../src/deploy/helm/index.ts"
import { isUnfinished, recordedAs, verifyChain } from "../../../../src/deploy/state/index.ts"
import type { Simulation } from "./simulation.ts"

/** What must hold after every finished call. */
export function consistent(simulation: Simulation): void {
  const ledger = simulation.ledger()
  verifyChain(ledger)
  const journal = simulation.journal()
  expect(isUnfinished(journal)).toBe(false)
  expect(simulation.revisions().some((one) => isPending(one))).toBe(false)
  const perOperation = Map.groupBy(ledger.entries, (entry) => entry.operation)
  for (const entries of perOperation.values()) {
    expect(entries.length).toBeLessThanOrEqual(2)
    expect(new Set(entries.map((entry) => entry.outcome)).size).toBe(entries.length)
  }
  const recorded = recordedAs(ledger, journal?.operation ?? "")
  if (recorded !== undefined) expect(journal?.outcome).toBe(recorded)
  const fences = [...new Set(ledger.entries.map((entry) => entry.fence))]
  expect(fences).toEqual([...fences].sort((a, b) => a - b))
  // Nothing that failed was ever called verified.
  for (const entry of ledger.entries)
    if (entry.outcome === "verified") expect(entry.set.version).toMatch(/^(good|patient)/)
}
