/** What a hold refuses: what was deployed, under whatever name it comes again. */
import { describe, expect, test } from "vitest"
import { holdRefusal } from "../../../src/deploy/plan/policy.ts"
import {
  append,
  emptyLedger,
  fallbackOf,
  hold,
  holdOn,
  ledgerShape,
  lift,
  type StoredLedger,
} from "../../../src/deploy/state/index.ts"
import { type ReleaseDigests, sha256 } from "../../../src/domain/index.ts"
import * as readers from "../../recorded/earlier/readers.ts"
import { setOf } from "./support/sets.ts"

const why = { since: "2026-01-01T00:00:00Z", reason: "smoke failed", operation: "op-2" }

function verified(...sets: readonly ReleaseDigests[]): StoredLedger {
  return sets.reduce(
    (ledger, set, index) =>
      append(ledger, {
        ...{ operation: `op-${index}`, kind: "deploy", fence: index + 1, at: why.since, by: "anna" },
        ...{ set, revision: index + 1, outcome: "verified", planHash: sha256("plan") },
      }),
    emptyLedger("staging"),
  )
}

const image = (name: string) => sha256(`image ${name}`)
const images = (api: string, web: string) => ({ api: image(api), web: image(web) })
const release = (version: string, api: string, web: string, more: Partial<ReleaseDigests> = {}) =>
  setOf(version, { images: images(api, web), ...more })

/** A re-tag has another record, and its rendered values and manifests carry another version. */
function retagged(set: ReleaseDigests, version: string): ReleaseDigests {
  const named = { record: sha256(`record ${version}`), values: sha256(`values ${version}`) }
  return { ...set, version, ...named, manifests: sha256(`manifests ${version}`) }
}

describe("V13 a held release under a new name", () => {
  const good = release("1.0.0", "A", "B", { configuration: sha256("values 1") })
  const bad = release("1.0.1", "A", "B", { configuration: sha256("values 2") })
  const ledger = hold(verified(good), bad, good, why)

  test("V13 is held: the same images, chart and values under another version", () => {
    expect(holdOn(ledger, retagged(bad, "1.0.2"))?.version).toBe("1.0.1")
    expect(holdRefusal(ledger, retagged(bad, "1.0.2"), "staging")).toMatchObject({
      exitCode: 16,
      detail: {
        what: "version 1.0.2 is held in staging",
        where: "its images, chart and values are those of 1.0.1",
        next: expect.stringContaining("--lift --release 1.0.1 "),
      },
    })
  })

  test("V13 of what an earlier version deployed: the same chart, values and manifests", () => {
    const { configuration: _a, ...before } = bad
    const held = hold(verified(good), before, good, why)
    expect(holdOn(held, { ...before, version: "1.0.2", record: sha256("record 1.0.2") })).toBeDefined()
  })

  test("sibling of V13: another chart is another release, and what runs instead is never held", () => {
    expect(holdOn(ledger, { ...retagged(bad, "1.0.2"), chart: sha256("mended chart") })).toBeUndefined()
    expect(holdOn(ledger, { ...retagged(bad, "1.0.2"), configuration: sha256("values 3") })).toBeUndefined()
    expect(holdOn(ledger, good)).toBeUndefined()
    expect(fallbackOf(ledger, null)?.set.version).toBe("1.0.0")
  })

  test("sibling of V13: a rollback by hand to the same content under another name holds the record alone", () => {
    const same = retagged(good, "1.0.3")
    const held = hold(verified(good, same), same, good, why)
    expect([holdOn(held, same), holdOn(held, good)]).toEqual([held.holds[0], undefined])
  })
})

describe("V14 a held image beside another one", () => {
  const bad = release("1.0.1", "A", "B")

  test("V14 is held, and the refusal names component and digest", () => {
    const ledger = hold(emptyLedger("staging"), bad, null, why)
    const next = release("1.0.2", "A", "C")
    expect(holdOn(ledger, next)).toBeDefined()
    expect(holdRefusal(ledger, next, "staging")).toMatchObject({
      exitCode: 16,
      detail: { where: `api ${image("A")} of 1.0.1` },
    })
  })

  test("V14 a hold that an earlier version has written refuses so, too", () => {
    const { record, version } = bad
    const ledger = { ...emptyLedger("staging"), holds: [{ record, version, images: bad.images, ...why }] }
    expect(holdOn(ledger, release("1.0.2", "A", "C"))).toBeDefined()
  })

  test("sibling of V14: one component of more", () => {
    const ledger = hold(emptyLedger("staging"), bad, null, why)
    const more = setOf("1.0.2", { images: { ...images("X", "B"), worker: image("W") } })
    expect(holdOn(ledger, more)).toBeDefined()
    expect(holdOn(ledger, setOf("1.0.2", { images: { worker: image("A") } }))).toBeUndefined()
  })

  test("sibling of V14: what is verified in another release is not what failed, so that a failure can go back there", () => {
    const good = release("1.0.0", "G", "B")
    const ledger = hold(verified(good), bad, good, why)
    expect(fallbackOf(ledger, bad)?.set).toEqual(good)
    expect(holdOn(ledger, release("1.0.2", "A", "C"))).toBeDefined()
    expect(holdOn(ledger, release("1.0.2", "N", "B"))).toBeUndefined()
  })

  test("sibling of V14: a release that is held for a component is held by hand all the same", () => {
    const first = hold(emptyLedger("staging"), bad, null, why)
    const next = release("1.0.2", "A", "C")
    const both = hold(first, next, null, { ...why, reason: "leaks" })
    const lifted = lift(both, "1.0.1", { at: why.since, by: "anna", reason: "not it" })
    expect(holdOn(lifted, next)?.reason).toBe("leaks")
  })
})

test("V13 V14 holds are written so that earlier versions read them, and hold what they held", () => {
  const bad = release("1.0.1", "A", "B", { configuration: sha256("values 2"), smoke: null })
  const ledger = hold(verified(bad), bad, null, why)
  const then = readers.ledger.parse(JSON.parse(JSON.stringify(ledger)))
  expect(then.holds).toMatchObject([{ record: bad.record, version: "1.0.1", images: bad.images }])
  expect(ledgerShape.safeParse(JSON.parse(JSON.stringify(ledger))).success).toBe(true)
})

describe("V29 one call lifts one hold", () => {
  const two = hold(hold(emptyLedger("staging"), setOf("1.0.1"), null, why), setOf("1.0.2"), null, why)
  const by = { at: why.since, by: "ben", reason: "it was the database" }

  test("V29 without a name where two are held: 13, and it names both", () => {
    expect(() => lift(two, null, by)).toThrow(
      expect.objectContaining({
        exitCode: 13,
        detail: expect.objectContaining({
          why: expect.stringContaining("1.0.1, 1.0.2"),
          next: expect.stringContaining("--release VERSION"),
        }),
      }),
    )
  })

  test("V29 by name, and where there is one alone", () => {
    const one = lift(two, "1.0.2", by)
    expect(one.holds.map(({ version }) => version)).toEqual(["1.0.1"])
    expect(lift(one, null, by).holds).toEqual([])
  })
})
