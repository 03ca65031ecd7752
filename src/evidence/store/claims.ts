import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import type { EvidenceStore, Files } from "./store.ts"

/** One call's intention to publish a version. */
export const claimSchema = z.object({
  /** Id of the call. */
  id: z.string().regex(/^[A-Za-z0-9.-]{1,40}$/),
  by: z.string(),
  /** RFC 3339 date-time. */
  at: z.string(),
  commit: z.string(),
})
export type Claim = z.output<typeof claimSchema>

// A version contains no underscore: the keys of v1.0.0 and of v1.0.0-rc.1 begin differently.
const claimPrefix = (tag: string): string => `${tag}_by_`
const withdrawnPrefix = (tag: string): string => `${tag}_withdrawn_`

/**
 * Claims a version, and returns the claims of other calls that stand. Registries have no compare-and-swap: each call
 * writes a claim of its own first and lists all of them then, so that of two calls at least one sees the other. Whoever
 * sees another claim must not publish, and withdraws its own.
 */
export async function claimVersion(
  store: EvidenceStore,
  tag: string,
  claim: Claim,
): Promise<readonly Claim[]> {
  await store.put("claims", `${claimPrefix(tag)}${claim.id}`, filesOf("claim.json", claim))
  const others = (await standingClaims(store, tag)).filter((id) => id !== claim.id)
  return Promise.all(others.map((id) => readClaim(store, tag, id)))
}

/** Ids of the claims of a version that are not withdrawn. */
async function standingClaims(store: EvidenceStore, tag: string): Promise<readonly string[]> {
  const idsBelow = async (prefix: string) =>
    (await store.keys("claims", prefix)).map((key) => key.slice(prefix.length))
  // A claim is withdrawn after it was written: read in this order, no withdrawal is missed for a claim that is seen.
  const claimed = await idsBelow(claimPrefix(tag))
  const withdrawn = await idsBelow(withdrawnPrefix(tag))
  return claimed.filter((id) => !withdrawn.includes(id))
}

/**
 * The claim of a call that goes on must still stand: somebody may have cleared it for dead, and another call have begun.
 * @throws RECORD_CONFLICT
 */
export async function assertClaimStands(store: EvidenceStore, tag: string, id: string): Promise<void> {
  if ((await standingClaims(store, tag)).includes(id)) return
  throw new SignalboxError("RECORD_CONFLICT", {
    what: `the claim of this call to publish ${tag} was cleared`,
    where: id,
    why: "somebody took this call for dead; another one may publish the version now",
    next: `see whether ${tag} is published; else publish it again`,
  })
}

/** Withdraws a claim: of a call that yields, or of one that is dead. The claim itself stays, as everything that is stored. */
export async function withdrawClaim(store: EvidenceStore, tag: string, id: string): Promise<void> {
  await store.put("claims", `${withdrawnPrefix(tag)}${id}`, filesOf("withdrawn.json", { id }))
}

/** A claim that cannot be read stands all the same: its key alone says that there is one. */
async function readClaim(store: EvidenceStore, tag: string, id: string): Promise<Claim> {
  const found = await store.get("claims", `${claimPrefix(tag)}${id}`)
  const text = found?.files.get("claim.json")
  const parsed = claimSchema.safeParse(text === undefined ? undefined : jsonIn(text))
  return parsed.data ?? { id, by: "an unknown caller", at: "an unknown time", commit: "an unknown commit" }
}

function jsonIn(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content))
  } catch {
    return undefined
  }
}

function filesOf(name: string, content: object): Files {
  return new Map([[name, new TextEncoder().encode(`${JSON.stringify(content)}\n`)]])
}
