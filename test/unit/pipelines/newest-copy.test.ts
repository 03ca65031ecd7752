import { describe, expect, it } from "vitest"
import { newestState, type StateCopy } from "../../../pipelines/newest-copy.ts"
import { append, emptyLedger, type StoredLedger } from "../../../src/deploy/state/index.ts"
import { type Hold, type Journal, sha256 } from "../../../src/domain/index.ts"
import { setOf } from "../deploy/support/sets.ts"

const bad = { record: sha256("bad"), version: "1.1.0", images: {}, since: "", reason: "", operation: "" }

/** A ledger after so many deployments, by the last fencing number and with these holds. */
function ledger(entries: number, fence: number, holds: readonly Hold[] = []): StoredLedger {
  let result = emptyLedger("staging")
  const entry = {
    kind: "deploy",
    at: "",
    by: "",
    revision: 1,
    outcome: "verified",
    planHash: sha256(""),
  } as const
  for (let index = 0; index < entries; index++)
    result = append(result, { ...entry, operation: `op-${index}`, fence: 0, set: setOf("1.0.0") })
  return { ...result, fence, holds }
}

const copy = (
  call: string,
  known: number | undefined,
  ledger: StoredLedger,
  cluster = "uid-1",
): StateCopy => ({
  ...{ call, known, ledger },
  journal: { operation: `journal of ${call}`, plan: JSON.stringify({ cluster }) } as Journal,
})

/** Ids of calls sort by the time at which they began. */
const [early, late] = ["20260101100000-00000000", "20260101110000-00000000"]

describe("the newest copy of the state", () => {
  it.each([
    ["the call that began first ended last, with a hold", copy(early, 7, ledger(2, 7, [bad]))],
    ["the report of an older version has no fencing number", copy(early, undefined, ledger(2, 7, [bad]))],
    ["both know the same fencing number, and one has a later entry", copy(early, 5, ledger(3, 5))],
    ["they differ by a hold only", copy(early, 5, ledger(2, 5, [bad]))],
  ])("is found by its content, not by when its call began: %s", (_name, newest) => {
    const other = copy(late, 5, ledger(2, 5))
    expect(newestState([other, newest])).toEqual({
      ...{ ledger: newest.ledger, journal: newest.journal, from: early },
      known: Math.max(newest.known ?? 0, newest.ledger?.fence ?? 0),
    })
  })

  it("is never that of an earlier namespace, where fencing numbers began again", () => {
    const before = copy(early, 40, ledger(5, 40, [bad]), "uid-0")
    expect(newestState([copy(late, 3, ledger(1, 3)), before])).toMatchObject({ from: late, known: 3 })
  })

  it.each(["{", "null"])("is never one whose journal has lost its plan: %s", (plan) => {
    const damaged = { ...copy(late, 7, ledger(2, 7)), journal: { plan } as Journal }
    expect(newestState([damaged, copy(early, 5, ledger(2, 5))])).toMatchObject({ from: early, known: 5 })
  })

  it("is that of the later call where two are equal", () => {
    const copies = [early, late].map((call) => copy(call, 5, ledger(2, 5)))
    expect(newestState(copies).from).toBe(late)
  })

  it("is null without a ledger; the newest journal is returned all the same", () => {
    const without = [late, early].map((call) => ({
      ...copy(call, undefined, ledger(0, 0)),
      ledger: undefined,
    }))
    const { journal } = without[0] as StateCopy
    expect(newestState(without)).toEqual({ ledger: null, journal, from: null, known: 0 })
    expect(newestState([])).toEqual({ ledger: null, journal: null, from: null, known: 0 })
  })
})
