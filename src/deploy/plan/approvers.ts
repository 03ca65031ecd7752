import { callWith, judgeApprovals, SignalboxError } from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { lastVerified, type StoredLedger } from "../state/index.ts"

type Asked = Pick<DriverRequest, "environment" | "approval"> & Partial<Pick<DriverRequest, "override">>

/** Who has approved, as the policy names them: what journal and ledger record. Empty where nobody has to. */
export function countedApprovers({ approval }: Pick<Asked, "approval">): readonly string[] {
  if (approval?.changes == null) return []
  return judgeApprovals({ ...approval, authors: approval.changes.authors }).counted
}

/** Whether there are fewer approvals than the environment asks for, so that an override of `approvals` sets that aside. */
export function lacksApprovals({ environment, approval }: Asked): boolean {
  return countedApprovers({ approval }).length < (environment.approvals ?? 0)
}

/**
 * Why a deployment has too few approvals; null where it has enough, or needs none. Asked of every deployment and of one
 * that is taken up again; never of a rollback. An override needs one of its own approvers, whatever the environment asks.
 * @param ledger decides what is new: the authors that the call gives must be those since the release verified there last.
 */
export function approversRefusal(asked: Asked, ledger: StoredLedger): SignalboxError | null {
  const { environment, override = null } = asked
  const { approvals } = environment
  if (override !== null) {
    const its = override.policy?.approvers ?? []
    const what = `an override in ${environment.name} needs the approval of a person whom the policy names for that, and who did not write the change`
    const refusal = tooFew(asked, ledger, { needed: 1, among: its, what })
    if (refusal !== null || override.rules.includes("approvals")) return refusal
  }
  if (approvals === undefined) return null
  const what = `${environment.name} needs the approval of ${approvals} ${approvals === 1 ? "person" : "people"} who did not write the change`
  const among = asked.approval?.approvers.map(({ name }) => name) ?? []
  return tooFew(asked, ledger, { needed: approvals, among, what })
}

interface Needed {
  readonly needed: number
  /** Names of those who count, if the policy has them among its approvers. */
  readonly among: readonly string[]
  readonly what: string
}

function tooFew(
  { environment, approval }: Asked,
  ledger: StoredLedger,
  { needed, among, what }: Needed,
): SignalboxError | null {
  const refused = (why: string, next: string) =>
    new SignalboxError("APPROVERS_MISSING", { what, where: environment.name, why, next })
  if (approval === null || approval.approvedBy.length === 0)
    return refused(
      "the call names nobody who has approved it",
      "let the CI server deploy it: the job that waits for the approval passes on who gave it (--approved-by)",
    )
  const { changes } = approval
  if (changes === null)
    return refused(
      "who wrote the change is not known: the call has no repository with the release's commit",
      `name the directory that contains .git: ${callWith("--git .")}`,
    )
  const verified = lastVerified(ledger)?.set.record ?? null
  if (changes.since !== verified)
    return refused(
      `the authors are those since ${changes.since ?? "the beginning"}, and ${verified ?? "nothing"} was verified there last`,
      "call again: another operation has ended since",
    )
  const judged = judgeApprovals({ ...approval, authors: changes.authors })
  const counted = judged.counted.filter((name) => isAmong(name, among))
  if (counted.length >= needed) return null
  const not = [
    ...judged.counted
      .filter((name) => !counted.includes(name))
      .map((name) => `${name}: the policy does not name them for this`),
    ...judged.others.map((one) => `${one.name}: ${one.why}`),
  ]
  return refused(
    [`counted: ${counted.length === 0 ? "nobody" : counted.join(", ")}`, ...not].join("; "),
    `let ${needed - counted.length} more of the policy's approvers approve it: ${among.join(", ") || "it names none"}`,
  )
}

function isAmong(name: string, names: readonly string[]): boolean {
  return names.some((other) => other.toLowerCase() === name.toLowerCase())
}
