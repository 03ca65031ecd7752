import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  append,
  assertLedgerHasRoom,
  emptyLedger,
  fallbackOf,
  hold,
  holdOn,
  lift,
  type StoredLedger,
  sizeOf,
  stateLimit,
  trim,
  verifiedEntries,
  verifyChain,
} from "../../../src/deploy/state/index.ts"
import { entryDigest, type LedgerEntry, type ReleaseDigests, sha256 } from "../../../src/domain/index.ts"
import { setOf } from "./support/sets.ts"

const why = { since: "2026-01-01T00:00:00Z", reason: "smoke failed", operation: "op" }

function add(
  ledger: StoredLedger,
  set: ReleaseDigests,
  outcome: LedgerEntry["outcome"] = "verified",
): StoredLedger {
  const sequence = (ledger.entries.at(-1)?.sequence ?? ledger.trimmed?.entries ?? 0) + 1
  return append(ledger, {
    operation: `op-${sequence}`,
    kind: "deploy",
    fence: sequence,
    at: "2026-01-01T00:00:00Z",
    by: "anna",
    set,
    revision: sequence,
    outcome,
    planHash: sha256("plan"),
  })
}

const three = ["1.0.0", "1.1.0", "1.2.0"].reduce(
  (ledger, version) => add(ledger, setOf(version)),
  emptyLedger("staging"),
)

describe("the chain", () => {
  test("each entry carries the digest of the one before", () => {
    expect(three.entries.map((entry) => entry.previous)).toEqual([
      null,
      ...three.entries.slice(0, 2).map((entry) => entryDigest(entry)),
    ])
    expect(() => verifyChain(three)).not.toThrow()
  })

  test("any changed, removed or inserted entry is seen, unless it is the last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1 }),
        fc.constantFrom("change", "remove", "repeat"),
        (at, how) => {
          const entries = [...three.entries]
          const entry = entries[at] as LedgerEntry
          if (how === "change") entries[at] = { ...entry, outcome: "failed" }
          if (how === "remove") entries.splice(at, 1)
          if (how === "repeat") entries.splice(at, 0, entry)
          expect(() => verifyChain({ ...three, entries })).toThrow(
            expect.objectContaining({ code: "STATE_DAMAGED" }),
          )
        },
      ),
    )
  })

  test("stays verifiable and below 64 KiB however long it gets, and never forgets where to go back to", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 150 }), (outcomes) => {
        const ledger = outcomes.reduce(
          (grown, good, index) => trim(add(grown, setOf(`1.${index}.0`), good ? "verified" : "failed")),
          emptyLedger("staging"),
        )
        verifyChain(ledger)
        expect(sizeOf(ledger)).toBeLessThanOrEqual(stateLimit)
        expect(ledger.entries.at(-1)?.sequence).toBe(outcomes.length)
        const lastGood = outcomes.lastIndexOf(true)
        expect(verifiedEntries(ledger)[0]?.set.version).toBe(lastGood < 0 ? undefined : `1.${lastGood}.0`)
      }),
      { numRuns: 15 },
    )
  })

  test("a verification that was revoked is forgotten, also when the test that revoked it is cut off", () => {
    const revoked = append(add(emptyLedger("staging"), setOf("1.0.0")), {
      ...{ operation: "by-hand", kind: "smoke", fence: 2, at: "2026-01-01T00:00:00Z", by: "anna" },
      ...{ set: setOf("1.0.0"), revision: 1, outcome: "failed", planHash: sha256("plan") },
    })
    expect(verifiedEntries(revoked)).toEqual([])
    const more = add(add(revoked, setOf("1.1.0"), "failed"), setOf("1.2.0"), "failed")
    const lengths = new Set<number>()
    for (let limit = sizeOf(more); !lengths.has(1); limit -= 100) {
      const cut = trim(more, limit)
      lengths.add(cut.entries.length)
      verifyChain(cut)
      expect(verifiedEntries(cut)).toEqual([])
    }
    expect(lengths.size).toBeGreaterThan(2)
    expect(verifiedEntries(add(revoked, setOf("1.0.0"))).map((one) => one.sequence)).toEqual([3])
  })

  test("holds are never cut: too many of them are an error", () => {
    const holds = Array.from({ length: 400 }, (_, index) => {
      const { record, version, images } = setOf(`1.${index}.0`)
      return { record, version, images, ...why }
    })
    expect(() => trim({ ...three, holds })).toThrow(/does not fit/)
  })
})

describe("sibling of V18: a ledger full of holds", () => {
  const holds = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const { record, version, images } = setOf(`1.${index}.0`)
      return { record, version, images, ...why }
    })

  test("sibling of V18: refuses a deployment while there is still room to write how one ended", () => {
    const one = sizeOf(holds(1)[0])
    const most = Math.floor((stateLimit - 8 * 1024 - sizeOf(three)) / (one + 1))
    expect(() => assertLedgerHasRoom({ ...three, holds: holds(most) })).not.toThrow()
    const full = { ...three, holds: holds(most + 8) }
    expect(() => assertLedgerHasRoom(full)).toThrow(expect.objectContaining({ code: "POLICY_REFUSED" }))
    const ended = add(hold(full, setOf("9.0.0"), null, why), setOf("9.0.0"), "failed")
    expect(sizeOf(trim(ended))).toBeLessThanOrEqual(stateLimit)
  })

  test("sibling of V18: gives up what was lifted before it is called damaged", () => {
    const lifted = holds(15).map((one) => ({ hold: one, at: why.since, by: "anna", reason: "x".repeat(900) }))
    const most = Math.floor(
      (stateLimit - sizeOf({ ...three, entries: three.entries.slice(-1) }) - 1600) /
        (sizeOf(holds(1)[0]) + 4),
    )
    const cut = trim({ ...three, holds: holds(most), lifted })
    expect([cut.holds.length, cut.lifted.length < 15]).toEqual([most, true])
  })
})

describe("holds", () => {
  const held = hold(three, setOf("1.2.0"), setOf("1.1.0"), why)

  test("refuse the record and its images", () => {
    expect(holdOn(held, setOf("1.2.0"))?.reason).toBe("smoke failed")
    expect(holdOn(held, setOf("2.0.0", { images: setOf("1.2.0").images }))).toBeDefined()
    expect(holdOn(held, setOf("1.3.0"))).toBeUndefined()
  })

  test("also a release with one held image among others", () => {
    const images = { ...setOf("1.2.0").images, api: sha256("api") }
    expect(holdOn(held, setOf("2.0.0", { images }))).toBeDefined()
  })

  test("are made once", () => {
    expect(hold(held, setOf("1.2.0"), setOf("1.1.0"), why)).toBe(held)
  })

  test("where only values or chart changed, the images that run instead are not held", () => {
    const images = setOf("1.1.0").images
    const onlyConfig = hold(three, setOf("1.2.0", { images }), setOf("1.1.0"), why)
    expect(holdOn(onlyConfig, setOf("1.2.0", { images }))).toBeDefined()
    expect(holdOn(onlyConfig, setOf("1.1.0"))).toBeUndefined()
  })

  test("are lifted by version, with who and why", () => {
    const lifted = lift(held, "1.2.0", {
      at: "2026-01-02T00:00:00Z",
      by: "ben",
      reason: "it was the database",
    })
    expect(lifted.holds).toEqual([])
    expect(lifted.lifted).toMatchObject([
      { by: "ben", reason: "it was the database", hold: { version: "1.2.0" } },
    ])
  })

  test("lifting what is not held is a usage error that names what is", () => {
    expect(() => lift(held, "9.9.9", { at: "", by: "", reason: "" })).toThrow(/held are: 1\.2\.0/)
    expect(() => lift(three, null, { at: "", by: "", reason: "" })).toThrow(/nothing is held/)
  })
})

describe("where a failure goes back to", () => {
  test("the newest verified set other than the target", () => {
    expect(fallbackOf(three, setOf("1.3.0"))?.set.version).toBe("1.2.0")
    expect(fallbackOf(three, setOf("1.2.0"))?.set.version).toBe("1.1.0")
  })

  test("never a failed or held one", () => {
    const ledger = hold(add(three, setOf("1.3.0"), "failed"), setOf("1.2.0"), setOf("1.1.0"), why)
    expect(fallbackOf(ledger, setOf("1.4.0"))?.set.version).toBe("1.1.0")
  })

  test("nothing where nothing is verified", () => {
    expect(fallbackOf(add(emptyLedger("staging"), setOf("1.0.0"), "failed"), setOf("1.1.0"))).toBeUndefined()
  })
})
