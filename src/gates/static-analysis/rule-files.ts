import { parse } from "yaml"
import { z } from "zod"
import type { Severity } from "../../domain/index.ts"
import { type LanguageName, languageNames, languageOf } from "./languages.ts"
import type { OwnRule } from "./rules/rule.ts"

const severityOf = {
  CRITICAL: "critical",
  ERROR: "high",
  HIGH: "high",
  WARNING: "medium",
  MEDIUM: "medium",
  INFO: "low",
  LOW: "low",
} as const satisfies Readonly<Record<string, Severity>>

/** Also of what semgrep reports. */
export const semgrepSeverity = z
  .enum(Object.keys(severityOf) as (keyof typeof severityOf)[])
  .transform((name): Severity => severityOf[name])

const rule = z.looseObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,200}$/, { error: "an id of letters, digits, dots, dashes and underscores" }),
  languages: z.array(z.string()).min(1),
  severity: semgrepSeverity,
  message: z.string().trim().min(1),
  // Others ask servers, or read what other rules have found.
  mode: z.enum(["search", "taint"]).optional(),
  validators: z.undefined({ error: "rules that ask servers are not run" }).optional(),
  paths: z.unknown().optional(),
})

const file = z.strictObject({ rules: z.array(rule).min(1, { error: "it has no rule" }) })

/** What is known of a rule before it is run. */
export interface KnownRule {
  readonly id: string
  readonly languages: readonly LanguageName[]
  /** It judges some of the files only. */
  readonly limited: boolean
}

export interface RuleFile {
  readonly rules: readonly KnownRule[]
  /** As semgrep is given it: nothing that two readers of YAML could take for two things. */
  readonly text: string
}

/** A file with rules of the project's own, or why it cannot be used. */
export function readRuleFile(path: string, text: string): RuleFile | { readonly problem: string } {
  const written = parsed(text)
  if ("problem" in written) return { problem: `${path} cannot be read: ${written.problem}` }
  const checked = file.safeParse(written.value)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return { problem: `${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no file of rules"}` }
  }
  const unknown = checked.data.rules
    .flatMap(({ id, languages }) => languages.map((language) => ({ id, language })))
    .find(({ language }) => languageOf(language) === undefined)
  if (unknown !== undefined)
    return {
      problem: `${path}: the rule ${unknown.id} is for ${unknown.language}; rules can be for ${languageNames.join(", ")}`,
    }
  return {
    rules: checked.data.rules.map(({ id, languages, paths }) => ({
      id,
      languages: languages.flatMap((language) => languageOf(language) ?? []),
      limited: paths !== undefined,
    })),
    text: JSON.stringify(written.value),
  }
}

function parsed(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parse(text, { maxAliasCount: 0 }) }
  } catch (thrown) {
    return { problem: thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown) }
  }
}

export const knownOwn = (rules: readonly OwnRule[]): readonly KnownRule[] =>
  rules.map(({ id, languages }) => ({
    id,
    languages: languages.flatMap((language) => languageOf(language) ?? []),
    limited: false,
  }))

/** Ids that two rules have: of two, a report could not tell which it was. */
export function repeatedIds(rules: readonly KnownRule[]): readonly string[] {
  const ids = rules.map(({ id }) => id)
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
}
