import { editDistance, type Finding, nearest, SignalboxError } from "../../domain/index.ts"
import { type CatalogueEntry, catalogue } from "../catalogue.ts"
import type { RuleExplanation, Rules } from "../rule.ts"
import { policyRules } from "./rules.ts"
import { toolRuleNamed } from "./tool-rules.ts"

/** What is known of a rule. */
export interface ExplainedRule {
  readonly rule: string
  /** Gates that report it. Empty where its name alone is known. */
  readonly gates: readonly { readonly name: string; readonly title: string }[]
  /** What Signalbox knows of a rule of its own. Absent for a rule of a tool. */
  readonly own?: RuleExplanation
  /** Whose rule it is otherwise, as far as its name tells. */
  readonly tool?: { readonly whose: string; readonly what: string; readonly readOn: string }
  /** What the report that the call names has of it. */
  readonly found: readonly Finding[]
}

/** Every rule that a gate reports of its own accord, with the gates that do. */
export async function ownRules(): Promise<
  ReadonlyMap<string, { readonly explanation: RuleExplanation; readonly gates: ExplainedRule["gates"] }>
> {
  const all = new Map<string, { explanation: RuleExplanation; gates: { name: string; title: string }[] }>()
  const add = (gate: { name: string; title: string }, rules: Rules) => {
    for (const [rule, explanation] of Object.entries(rules)) {
      const known = all.get(rule)
      if (known === undefined) all.set(rule, { explanation, gates: [gate] })
      else known.gates.push(gate)
    }
  }
  const entries: readonly CatalogueEntry[] = catalogue
  for (const { name, title, rules } of entries)
    if (rules !== undefined) add({ name, title }, (await rules()).rules)
  add({ name: "policy", title: "Policy changes" }, policyRules)
  return all
}

/**
 * What a rule is, by its exact name: one of Signalbox's own, one that a report has, or one of a tool by the form of its name.
 * @param findings of the report that the call names; empty without one.
 * @throws USAGE for a name that none of them knows, with the nearest ones
 */
export async function explainRule(rule: string, findings: readonly Finding[]): Promise<ExplainedRule> {
  const own = await ownRules()
  const found = findings.filter((finding) => finding.rule === rule)
  const known = own.get(rule)
  if (known !== undefined) return { rule, gates: known.gates, own: known.explanation, found }
  const tool = toolRuleNamed(rule)
  const titles = new Map<string, string>(catalogue.map(({ name, title }) => [name, title]))
  // A gate of the project's own is known by its report alone.
  const gates = [...new Set(found.map(({ gate }) => gate))].map((name) => ({
    name,
    title: titles.get(name) ?? name,
  }))
  if (tool === undefined && found.length === 0)
    throw unknownRule(rule, [...own.keys(), ...findings.map((finding) => finding.rule)])
  return { rule, gates, found, ...(tool === undefined ? {} : { tool }) }
}

function unknownRule(rule: string, known: readonly string[]): SignalboxError {
  const near = nearestNames(rule, known)
  const report = "a rule of a tool is known by a report that has it: --report out/report.json"
  return new SignalboxError("USAGE", {
    what: `there is no rule ${JSON.stringify(rule.slice(0, 200))}`,
    where: "--rule",
    why: "rules are named exactly as reports name them",
    next: near.length === 0 ? report : `did you mean ${near.join(", ")}? ${report}`,
  })
}

/** At most three, the nearest first; also those of which a part was named. */
function nearestNames(rule: string, known: readonly string[]): readonly string[] {
  const left = new Set(known)
  const found: string[] = []
  for (let name = nearest(rule, [...left]); name !== undefined && found.length < 3; ) {
    found.push(name)
    left.delete(name)
    name = nearest(rule, [...left])
  }
  const part = rule.toLowerCase()
  const containing = part.length < 4 ? [] : [...left].filter((name) => name.toLowerCase().includes(part))
  const byDistance = containing.sort((a, b) => editDistance(rule, a) - editDistance(rule, b))
  return [...found, ...byDistance].slice(0, 3)
}
