import type { Session } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import { refusedByRule } from "../src/domain/index.ts"
import type { Release } from "./bundle.ts"
import { protectedRefs } from "./policy.ts"
import { commitFacts } from "./source.ts"

/**
 * For a protected environment: the record must be of a commit that a protected branch contains, with that commit's tree.
 * Whoever may write to the registry could otherwise name any commit, also one that no clone has.
 * @throws EVIDENCE_MISSING
 */
export async function assertReleasedCommit(
  session: Session,
  environment: EnvironmentConfig,
  { record, reference }: Release,
): Promise<void> {
  if (!environment.protected) return
  const { commit, tree } = record.source
  const refs = await protectedRefs(session)
  const facts = await commitFacts(session, commit, refs)
  if (facts === null)
    throw refusedByRule("protected-branch", {
      what: `release ${record.version} is of a commit that the repository does not have`,
      where: environment.name,
      why: `${commit} is not there, so that no protected branch contains it: ${refs.join(", ")}`,
      next: "if it is on a protected branch, fetch that: git fetch origin; else merge the commit first, and release it from there",
    })
  if (facts.tree !== tree)
    throw refusedByRule("record-commit", {
      what: `the record of ${record.version} is not of the tree of its commit`,
      where: reference,
      why: `commit ${commit} has tree ${facts.tree}, the record says ${tree}`,
      next: "publish a new version",
    })
  if (facts.onProtected.length === 0)
    throw refusedByRule("protected-branch", {
      what: `release ${record.version} is not on a protected branch`,
      where: environment.name,
      why: `none of these contains ${commit}: ${refs.join(", ")}`,
      next: "merge the commit first, and release it from there",
    })
}
