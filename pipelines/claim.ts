import type { Session } from "../src/call/index.ts"
import { SignalboxError, tagOf, type Version } from "../src/domain/index.ts"
import type { Claim } from "../src/evidence/index.ts"
import { lookUpRelease, type Release } from "./bundle.ts"
import { operationId } from "./driver.ts"
import { claimVersion, withdrawClaim } from "./evidence.ts"
import type { SourceFacts } from "./source.ts"

/**
 * Publishes a version under a claim of this call: where another call has claimed it, too, this one yields.
 * @param publish is given the claim's id; it is not called where another call has published the version meanwhile.
 * @returns what it returns, or the release that the other call has published
 * @throws LOCKED where the other call has not published it yet, or has died
 */
export async function underClaim<T>(
  session: Session,
  version: Version,
  { commit, tag: gitTag }: Pick<SourceFacts, "commit" | "tag">,
  publish: (claim: string) => Promise<T>,
): Promise<T | { readonly other: Release }> {
  const tag = tagOf(version)
  const id = operationId(session)
  const claim = { id, by: session.inputs.actor ?? "dagger call", at: session.now.toISOString(), commit }
  const [other] = await claimVersion(session, tag, claim)
  if (other !== undefined) {
    await withdrawClaim(session, tag, id)
    const published = await lookUpRelease(session, version)
    if (published !== undefined) return { other: published }
    throw claimedBy(other, version, gitTag)
  }
  try {
    return await publish(id)
  } catch (thrown) {
    // Nothing is published: the next call need not clear this claim first. The error is the first cause, whatever follows.
    await withdrawClaim(session, tag, id).catch((also: unknown) =>
      console.error(`the claim ${id} of ${tag} could not be withdrawn: ${String(also)}`),
    )
    throw thrown
  }
}

/** Clears the claim of a call that has died. @throws USAGE for an id that can be none */
export async function clearClaim(session: Session, version: Version, id: string): Promise<void> {
  if (!/^[A-Za-z0-9.-]{1,40}$/.test(id))
    throw new SignalboxError("USAGE", {
      what: `not the id of a claim: ${JSON.stringify(id)}`,
      next: "name it as the refusal of publish names it",
    })
  await withdrawClaim(session, tagOf(version), id)
}

function claimedBy(
  { id, by, at, commit }: Claim,
  version: Version,
  gitTag: string | undefined,
): SignalboxError {
  const tag = gitTag === undefined ? "" : ` --tag ${gitTag}`
  return new SignalboxError("LOCKED", {
    what: `another call is publishing ${version}`,
    where: `claim ${id}`,
    why: `of ${by}, since ${at}, from commit ${commit}`,
    next: `wait for it and call again; if that call is dead: publish --version ${version}${tag} --clear-claim ${id}`,
  })
}
