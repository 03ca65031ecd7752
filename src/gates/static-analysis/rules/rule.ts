import type { Severity } from "../../../domain/index.ts"

/** A rule of Signalbox's own, in the syntax of semgrep's rules, with what `explain` says of it. */
export interface OwnRule {
  /** As findings name it. Never renamed: it is part of a finding's identity. */
  readonly id: string
  readonly languages: readonly string[]
  readonly severity: Exclude<Severity, "info">
  /** One sentence: what is found. */
  readonly message: string
  /** As https://cwe.mitre.org numbers it. */
  readonly cwe: number
  readonly why: string
  readonly mend: string
  /** What it matches: the keys of a rule of semgrep beside those above. */
  readonly match: Readonly<Record<string, unknown>>
}

/** The languages of one set of rules for JavaScript: TypeScript has them all. */
export const script = ["javascript", "typescript"] as const

/** SQL that is more than a word: a text that only has "select" in it is none. */
export const sqlStatement =
  "(?is)^\\W*(?:\\w+\\W+)?(?:select\\b.*\\bfrom\\b|insert\\s+into\\b|update\\b.*\\bset\\b|delete\\s+from\\b)"

/** Of a variable. */
export const passwordName = "(?i)passw(?:or)?d|passphrase|\\bpwd\\b"
