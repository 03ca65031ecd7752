import { type Hold, type LedgerEntry, type ReleaseDigests, SignalboxError } from "../../domain/index.ts"
import { type StoredLedger, verifiedEntries } from "./ledger.ts"
import { contentOf, sameImages, sameSet } from "./same.ts"

/** The hold that refuses a set: for its record, a digest of one of its components, or what it is made of. */
export function holdOn(ledger: StoredLedger, set: ReleaseDigests): Hold | undefined {
  return ledger.holds.find((hold) => heldPart(ledger, hold, set) !== null)
}

/** What of a set is held, in words; null where it is not. */
export function heldPartOf(ledger: StoredLedger, set: ReleaseDigests): string | null {
  const hold = holdOn(ledger, set)
  return hold === undefined ? null : heldPart(ledger, hold, set)
}

function heldPart(ledger: StoredLedger, hold: Hold, set: ReleaseDigests): string | null {
  if (hold.record === set.record || sameImages(hold.images, set.images)) return namedDigests(set.images)
  if (hold.content !== undefined && hold.content === contentOf(set))
    return `its images, chart and values are those of ${hold.version}`
  const own = Object.entries(hold.images).filter(([component, digest]) => set.images[component] === digest)
  const held = own.filter(([component]) => !isVerifiedElsewhere(ledger, hold, component))
  return held.length === 0 ? null : `${namedDigests(Object.fromEntries(held))} of ${hold.version}`
}

/**
 * A digest that is also in a verified release with other images is not what failed: `web`, which did not change, beside
 * the `api` that did. Without this no failure could go back to that release.
 */
function isVerifiedElsewhere(ledger: StoredLedger, hold: Hold, component: string): boolean {
  return verifiedEntries(ledger).some(
    ({ set }) =>
      set.record !== hold.record &&
      set.images[component] === hold.images[component] &&
      !sameImages(set.images, hold.images),
  )
}

function namedDigests(images: ReleaseDigests["images"]): string {
  return Object.entries(images)
    .map(([component, digest]) => `${component} ${digest}`)
    .join(", ")
}

/**
 * Holds what was taken back, so that nothing deploys it again by itself, under whatever version. What the set that runs
 * instead has as well is not held: its images, or all of it but the record. Where that has the same record (other
 * values), nothing can be held without holding what runs.
 */
export function hold(
  ledger: StoredLedger,
  bad: ReleaseDigests,
  instead: ReleaseDigests | null,
  why: Pick<Hold, "since" | "reason" | "operation">,
): StoredLedger {
  if (ledger.holds.some((one) => one.record === bad.record) || bad.record === instead?.record) return ledger
  const images = instead !== null && sameImages(bad.images, instead.images) ? {} : bad.images
  const content = contentOf(bad)
  const same = instead !== null && contentOf(instead) === content
  const added = {
    ...{ record: bad.record, version: bad.version, images },
    ...(same ? {} : { content }),
    ...why,
  }
  return { ...ledger, holds: [...ledger.holds, added] }
}

/**
 * Lifts the holds of one version; null where there is only one to lift.
 * @throws USAGE when nothing of that kind is held, or more than one hold and no version is named.
 */
export function lift(
  ledger: StoredLedger,
  version: string | null,
  why: { readonly at: string; readonly by: string; readonly reason: string },
): StoredLedger {
  const lifted = ledger.holds.filter((one) => version === null || one.version === version)
  const held = ledger.holds.map((one) => one.version).join(", ")
  const where = `environment ${ledger.environment}`
  if (lifted.length === 0)
    throw new SignalboxError("USAGE", {
      what: version === null ? "nothing is held" : `version ${version} is not held`,
      where,
      next: held === "" ? "there is nothing to lift" : `held are: ${held}`,
    })
  if (version === null && lifted.length > 1)
    throw new SignalboxError("USAGE", {
      what: `${lifted.length} releases are held, and none of them is named`,
      where,
      why: `held are: ${held}; one reason is given for one hold`,
      next: "name it: hold --environment … --lift --release VERSION --reason …",
    })
  return {
    ...ledger,
    holds: ledger.holds.filter((one) => !lifted.includes(one)),
    lifted: [...ledger.lifted, ...lifted.map((one) => ({ hold: one, ...why }))],
  }
}

/** Where a failure of `target` goes back to: the newest verified set that is another one and is not held. */
export function fallbackOf(ledger: StoredLedger, target: ReleaseDigests | null): LedgerEntry | undefined {
  return verifiedEntries(ledger).find(
    (entry) => (target === null || !sameSet(entry.set, target)) && holdOn(ledger, entry.set) === undefined,
  )
}
