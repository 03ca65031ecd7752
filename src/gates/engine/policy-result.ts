import {
  type Finding,
  type GateReportData,
  type GateResult,
  type PolicyChange,
  type PolicyIdentity,
} from "../../domain/index.ts"

/** How reports name the result that lists changes of the policy. It is no gate: it runs nothing and blocks nothing. */
const name = "policy"

/**
 * A report with the policy that it was judged by. Where the tree's own policy is another one, each difference that may
 * let something through is a warning: whoever reviews the change must see that it changes what changes are held against.
 */
export function withPolicy(
  data: GateReportData,
  policy: PolicyIdentity,
  changes: readonly PolicyChange[],
): GateReportData {
  const gates = changes.length === 0 ? data.gates : [...data.gates, changed(policy, changes)]
  return { ...data, policy, gates }
}

function changed(policy: PolicyIdentity, changes: readonly PolicyChange[]): GateResult {
  const stricter = changes.filter((one) => one.stricter === true).length
  return {
    gate: name,
    title: "Policy changes",
    kind: "security",
    required: false,
    verdict: stricter === changes.length ? "pass" : "fail",
    summary: `${differing(changes.length)} from the policy of ${policy.ref ?? policy.commit ?? "the base revision"}${howMany(stricter, changes.length)}${policy.source === "approved" ? "; approved by its hash" : ", by which this tree was judged"}`,
    tools: [],
    findings: changes.map(findingOf),
    waived: [],
    figures: { findings: changes.length },
    reports: {},
    changes,
  }
}

function differing(count: number): string {
  return count === 1 ? "1 setting differs" : `${count} settings differ`
}

function howMany(stricter: number, all: number): string {
  if (stricter === 0) return ""
  if (stricter < all) return ` (${stricter} of them stricter)`
  return all === 1 ? " (stricter)" : " (all stricter)"
}

function findingOf({ path, from, to, stricter }: PolicyChange): Finding {
  const values = `${path}: ${from ?? "not set"} on the base, ${to ?? "not set"} here`
  return {
    gate: name,
    rule: "policy-change",
    severity: stricter === true ? "info" : "medium",
    subject: path,
    message: stricter === true ? `${values}, which is stricter` : values,
  }
}
