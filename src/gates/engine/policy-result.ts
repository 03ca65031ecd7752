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
 * A report with the policy that it was judged by. Where the tree's own policy is another one, each difference is a
 * warning: whoever reviews the change must see that it changes what changes are held against.
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
  const findings = changes.map(findingOf)
  const count = findings.length === 1 ? "1 setting differs" : `${findings.length} settings differ`
  const from = `the policy of ${policy.ref ?? policy.commit ?? "the base revision"}`
  return {
    gate: name,
    title: "Policy changes",
    kind: "security",
    required: false,
    verdict: "fail",
    summary:
      policy.source === "approved"
        ? `${count} from ${from}; approved by its hash`
        : `${count} from ${from}, by which this tree was judged`,
    tools: [],
    findings,
    waived: [],
    figures: { findings: findings.length },
    reports: {},
  }
}

function findingOf({ path, from, to }: PolicyChange): Finding {
  return {
    gate: name,
    rule: "policy-change",
    severity: "medium",
    subject: path,
    message: `${path}: ${from ?? "not set"} on the base, ${to ?? "not set"} here`,
  }
}
