import type { Rules } from "../../rule.ts"
import { goRules } from "./go.ts"
import { javaRules } from "./java.ts"
import { javascriptRules } from "./javascript.ts"
import { pythonRules } from "./python.ts"
import type { OwnRule } from "./rule.ts"

/** All rules that Signalbox brings. */
export const ownRules: readonly OwnRule[] = [...javascriptRules, ...pythonRules, ...javaRules, ...goRules]

/** What `explain` says of them. */
export const explained: Rules = Object.fromEntries(
  ownRules.map(({ id, message, cwe, why, mend }) => [
    id,
    { what: message, why, mend, readOn: `https://cwe.mitre.org/data/definitions/${cwe}.html` },
  ]),
)

/** A file of rules as semgrep reads it: JSON is YAML. */
export function ruleFile(rules: readonly OwnRule[]): string {
  const all = rules.map(({ id, languages, severity, message, cwe, match }) => ({
    ...{ id, languages, severity: severity.toUpperCase(), message, metadata: { cwe: `CWE-${cwe}` } },
    ...match,
  }))
  return `${JSON.stringify({ rules: all }, undefined, 1)}\n`
}
