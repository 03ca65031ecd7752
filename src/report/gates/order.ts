import {
  compareFindings,
  type Finding,
  type GateResult,
  isWarning,
  type Verdict,
} from "../../domain/index.ts"

const ranks: Readonly<Record<Verdict, number>> = {
  fail: 0,
  error: 1,
  inconclusive: 2,
  waived: 3,
  pass: 4,
  skipped: 5,
}

/** What blocks first, then what warns, then what passed; otherwise in the order of the report. */
export function mostImportantFirst(gates: readonly GateResult[]): readonly GateResult[] {
  const rank = (gate: GateResult) => {
    const hasPassed = ranks[gate.verdict] > ranks.inconclusive
    return ranks[gate.verdict] + (isWarning(gate) ? 3 : hasPassed ? 6 : 0)
  }
  return gates.toSorted((a, b) => rank(a) - rank(b))
}

/** The findings of a gate, the gravest first; what was known before behind what is new. */
export function inOrder({ findings, baseline }: GateResult): readonly Finding[] {
  return [...findings.toSorted(compareFindings), ...(baseline?.known ?? [])]
}
