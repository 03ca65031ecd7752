import type { LedgerEntry, ReleaseDigests } from "../../domain/index.ts"
import { sameRelease } from "../state/index.ts"

/**
 * The sets of the newest distinct releases. One release that is verified again and again counts once, however often it
 * stands in the ledger: what it would go back to is not forgotten over it.
 * @param verified newest first.
 */
export function neededBundles(verified: readonly LedgerEntry[], releases: number): readonly ReleaseDigests[] {
  const known: ReleaseDigests[] = []
  return verified.flatMap(({ set }) => {
    if (known.some((one) => sameRelease(one, set))) return [set]
    if (known.length >= releases) return []
    known.push(set)
    return [set]
  })
}
