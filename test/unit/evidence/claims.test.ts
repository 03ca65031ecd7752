import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import {
  assertClaimStands,
  type Claim,
  claimVersion,
  withdrawClaim,
} from "../../../src/evidence/store/claims.ts"
import type { EvidenceStore, Files } from "../../../src/evidence/store/store.ts"

/** A registry without compare-and-swap: a tag has what was written last. `step` is what happens between two requests. */
function registry(step: () => Promise<void> = async () => {}) {
  const tags = new Map<string, Files>()
  const place = (kind: string, key: string) => `${kind}:${key}`
  const store: EvidenceStore = {
    put: async (kind, key, files) => {
      await step()
      tags.set(place(kind, key), files)
      return { digest: sha256(key), reference: key }
    },
    get: async (kind, key) => {
      await step()
      const files = tags.get(place(kind, key))
      return files && { stored: { digest: sha256(key), reference: key }, files }
    },
    keys: async (kind, prefix) => {
      await step()
      return [...tags.keys()]
        .filter((tag) => tag.startsWith(place(kind, prefix)))
        .map((tag) => tag.slice(kind.length + 1))
    },
  }
  return { store, tags }
}

const claimOf = (id: string): Claim => ({
  id,
  by: `ci/${id}`,
  at: "2026-03-01T00:00:00Z",
  commit: "c".repeat(40),
})

/** What `publish` does with a claim. Returns what became of the version. */
async function publish(store: EvidenceStore, id: string): Promise<"published" | "found" | "yielded"> {
  if ((await store.get("releases", "v1.0.0")) !== undefined) return "found"
  const others = await claimVersion(store, "v1.0.0", claimOf(id))
  if (others.length > 0) {
    await withdrawClaim(store, "v1.0.0", id)
    return (await store.get("releases", "v1.0.0")) === undefined ? "yielded" : "found"
  }
  await assertClaimStands(store, "v1.0.0", id)
  await store.put("releases", "v1.0.0", new Map([["record.json", new TextEncoder().encode(id)]]))
  return "published"
}

describe("V27 publishes of one version", () => {
  test("at once, in any order of their requests: at most one writes a record", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 3 }), async (scheduler, count) => {
        const { store, tags } = registry(() => scheduler.schedule(Promise.resolve()))
        const calls = Array.from({ length: count }, (_, index) => publish(store, `call-${index}`))
        await scheduler.waitFor(Promise.all(calls))
        const ends = await Promise.all(calls)
        const published = ends.filter((end) => end === "published").length
        expect(published).toBeLessThanOrEqual(1)
        expect(tags.has("releases:v1.0.0")).toBe(published === 1)
        // Whoever was told that there is a record finds that very one.
        if (published === 0) expect(ends).not.toContain("found")
      }),
      { numRuns: 500 },
    )
  })

  test("one after the other: the first publishes, the others find its record", async () => {
    const { store } = registry()
    expect([await publish(store, "a"), await publish(store, "b")]).toEqual(["published", "found"])
  })

  test("a claim of a dead call is named, and cleared by a call", async () => {
    const { store } = registry()
    expect(await claimVersion(store, "v1.0.0", claimOf("dead"))).toEqual([])
    expect(await claimVersion(store, "v1.0.0", claimOf("next"))).toEqual([claimOf("dead")])
    await withdrawClaim(store, "v1.0.0", "next")
    await withdrawClaim(store, "v1.0.0", "dead")
    expect(await publish(store, "third")).toBe("published")
  })

  test("sibling of V27: a call that was cleared for dead and is not stores no record", async () => {
    const { store } = registry()
    await claimVersion(store, "v1.0.0", claimOf("slow"))
    await withdrawClaim(store, "v1.0.0", "slow")
    await expect(assertClaimStands(store, "v1.0.0", "slow")).rejects.toMatchObject({
      code: "RECORD_CONFLICT",
    })
  })

  test("claims of other versions do not count, a pre-release of the same one among them", async () => {
    const { store } = registry()
    for (const tag of ["v1.0.0-rc.1", "v1.0.01", "v11.0.0"]) await claimVersion(store, tag, claimOf("other"))
    expect(await claimVersion(store, "v1.0.0", claimOf("own"))).toEqual([])
  })

  test("sibling of V27: a claim that cannot be read stands all the same", async () => {
    const { store, tags } = registry()
    tags.set("claims:v1.0.0_by_broken", new Map([["claim.json", new TextEncoder().encode("{")]]))
    expect(await claimVersion(store, "v1.0.0", claimOf("own"))).toMatchObject([
      { id: "broken", by: "an unknown caller" },
    ])
  })
})
