/** A person whose approval the policy counts. */
export interface Approver {
  /** Login by which the CI server knows the person. */
  readonly name: string
  /** Addresses that the person commits with. */
  readonly emails: readonly string[]
}

/** What is held against each other: who has to approve, who did, and whose changes are released. */
export interface Approvals {
  /** How many approvers the environment needs. */
  readonly needed: number
  /** Approvers that the policy names. */
  readonly approvers: readonly Approver[]
  /** Names that the call passed on. */
  readonly approvedBy: readonly string[]
  /** Addresses of the authors, committers and co-authors of what is released. */
  readonly authors: readonly string[]
}

/** Whose approvals count, by the policy's spelling of their names, and why the others do not. */
export interface JudgedApprovals {
  readonly counted: readonly string[]
  readonly others: readonly { readonly name: string; readonly why: string }[]
}

/** Each approver counts once; nobody approves their own change. Names and addresses are compared without regard to case. */
export function judgeApprovals({
  approvers,
  approvedBy,
  authors,
}: Omit<Approvals, "needed">): JudgedApprovals {
  const given = [...new Map(approvedBy.map((name) => [plain(name), name.trim()])).values()]
  const judged = given
    .filter((name) => name !== "")
    .map((name) => {
      const approver = approvers.find((one) => plain(one.name) === plain(name))
      if (approver === undefined) return { name, why: "the policy names no such approver" }
      const own = authors.find((email) => isAddressOf(approver, email))
      return own === undefined ? approver.name : { name: approver.name, why: `has changed it, as ${own}` }
    })
  return {
    counted: judged.filter((one) => typeof one === "string").sort(),
    others: judged.filter((one) => typeof one !== "string"),
  }
}

/** An address of the list, or the one that GitHub gives to a login that hides its address. */
function isAddressOf({ name, emails }: Approver, address: string): boolean {
  if (emails.some((email) => plain(email) === plain(address))) return true
  const [, login] = /^(?:\d+\+)?([^@+]+)@users\.noreply\.[a-z0-9.-]+$/.exec(plain(address)) ?? []
  return login !== undefined && login === plain(name)
}

function plain(text: string): string {
  return text.trim().toLowerCase()
}
