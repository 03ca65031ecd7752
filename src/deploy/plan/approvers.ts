import { judgeApprovals, SignalboxError } from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { lastVerified, type StoredLedger } from "../state/index.ts"

type Asked = Pick<DriverRequest, "environment" | "approval">

/** Who has approved, as the policy names them: what journal and ledger record. Empty where nobody has to. */
export function countedApprovers({ environment, approval }: Asked): readonly string[] {
  if (environment.approvals === undefined || approval?.changes == null) return []
  return judgeApprovals({ ...approval, authors: approval.changes.authors }).counted
}

/**
 * Why a deployment has too few approvals; null where it has enough, or needs none. Asked of every deployment and of one
 * that is taken up again; never of a rollback.
 * @param ledger decides what is new: the authors that the call gives must be those since the release verified there last.
 */
export function approversRefusal(
  { environment, approval }: Asked,
  ledger: StoredLedger,
): SignalboxError | null {
  const { name, approvals: needed } = environment
  if (needed === undefined) return null
  const refused = (why: string, next: string) =>
    new SignalboxError("APPROVERS_MISSING", {
      what: `${name} needs the approval of ${needed} ${needed === 1 ? "person" : "people"} who did not write the change`,
      where: name,
      why,
      next,
    })
  if (approval === null || approval.approvedBy.length === 0)
    return refused(
      "the call names nobody who has approved it",
      "let the CI server deploy it: the job that it generates for the approval passes on who gave it (--approved-by)",
    )
  const { changes } = approval
  if (changes === null)
    return refused(
      "who wrote the change is not known: the call has no repository with the release's commit",
      "call with --git DIRECTORY, the directory that contains .git: --git .",
    )
  const verified = lastVerified(ledger)?.set.record ?? null
  if (changes.since !== verified)
    return refused(
      `the authors are those since ${changes.since ?? "the beginning"}, and ${verified ?? "nothing"} was verified there last`,
      "call again: another operation has ended since",
    )
  const { counted, others } = judgeApprovals({ ...approval, authors: changes.authors })
  if (counted.length >= needed) return null
  const not = others.map((one) => `${one.name}: ${one.why}`)
  return refused(
    [`counted: ${counted.length === 0 ? "nobody" : counted.join(", ")}`, ...not].join("; "),
    `let ${needed - counted.length} more of the policy's approvers approve it: ${approval.approvers.map((one) => one.name).join(", ")}`,
  )
}
