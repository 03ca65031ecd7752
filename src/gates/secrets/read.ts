import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"
import type { ToolOutcome } from "../gate.ts"

const report = z.array(
  z.object({
    RuleID: z.string(),
    Description: z.string(),
    StartLine: z.number(),
    StartColumn: z.number(),
    Match: z.string(),
    /** Entropy of the secret: the only value that distinguishes two redacted secrets. */
    Entropy: z.number(),
    File: z.string(),
    Commit: z.string(),
    Date: z.string().default(""),
  }),
)

export type Leak = z.output<typeof report>[number]

/** The JSON report of `gitleaks git` or `gitleaks dir`, redacted. @throws OUTPUT_UNREADABLE */
export function readGitleaks(text: string | undefined): Leak[] {
  return readJson("gitleaks", text, report)
}

/** What the scans of history and tree have found, and what of them cannot be relied on. */
export interface LeakReading {
  readonly history: readonly Leak[]
  readonly tree: readonly Leak[]
  /** undefined where the history was not to be scanned. */
  readonly commits: number | undefined
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

/**
 * Reads both scans. @param history undefined where the configuration does not want it. @throws OUTPUT_UNREADABLE
 */
export function readScans(history: ToolOutcome | undefined, tree: ToolOutcome): LeakReading {
  const errors: string[] = []
  const read = (outcome: ToolOutcome | undefined, name: string): Leak[] => {
    if (outcome === undefined) return []
    if (outcome.finished && isPartial(outcome.files[`${name}.log`] ?? ""))
      errors.push(`the ${name} was scanned only in part: gitleaks came to its time limit`)
    if (outcome.finished) return readGitleaks(outcome.files[`${name}.json`])
    errors.push(`the ${name} could not be scanned: ${outcome.why}`)
    return []
  }
  const leaks = { history: read(history, "history"), tree: read(tree, "tree") }
  const commits = history?.finished === true ? commitsScanned(history.files["history.log"] ?? "") : undefined
  if (history?.finished === true && (commits === undefined || commits === 0))
    errors.push("gitleaks did not say that it looked at any commit")
  const reports = {
    ...(history?.finished === true ? history.files : {}),
    ...(tree.finished ? tree.files : {}),
  }
  return { ...leaks, commits: history === undefined ? undefined : (commits ?? 0), errors, reports }
}

/** Number of commits that gitleaks says it looked at; undefined when it does not say so. */
export function commitsScanned(stderr: string): number | undefined {
  const match = /(\d+) commits? scanned/.exec(stderr)
  return match === null ? undefined : Number(match[1])
}

/** Whether gitleaks logs a partial scan, as it does at its time limit. */
export function isPartial(stderr: string): boolean {
  return /\bpartial scan\b/.test(stderr)
}

/**
 * Leaks of the history and of the tree as findings. What is in the history and still in the tree is one finding: it has
 * one cure, which is to revoke it.
 */
export function leakFindings(history: readonly Leak[], tree: readonly Leak[]): ToolFinding[] {
  const inHistory = new Set(history.map(identity))
  const inTree = new Set(tree.map(identity))
  return [
    ...numbered(history, (leak) => historyFinding(leak, inTree.has(identity(leak)))),
    ...numbered(
      tree.filter((leak) => !inHistory.has(identity(leak))),
      treeFinding,
    ),
  ]
}

/** What makes a leak of the history and one of the tree the same; many rules match nothing beside what is redacted. */
function identity(leak: Leak): string {
  return [leak.RuleID, leak.File, leak.Match, leak.Entropy].join("\0")
}

/** Equal subjects in one file are numbered from the top, so that a waiver for one does not cover the next. */
function numbered(leaks: readonly Leak[], toFinding: (leak: Leak) => ToolFinding): ToolFinding[] {
  const counts = new Map<string, number>()
  const ordered = [...leaks].sort((a, b) => a.StartLine - b.StartLine || a.StartColumn - b.StartColumn)
  return ordered.map((leak) => {
    const finding = toFinding(leak)
    const key = [finding.rule, leak.File, finding.subject].join("\0")
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return nth === 1 ? finding : { ...finding, subject: `${finding.subject} #${nth}` }
  })
}

function historyFinding(leak: Leak, stillThere: boolean): ToolFinding {
  const where = `in commit ${leak.Commit.slice(0, 12)} of ${leak.Date.slice(0, 10)}`
  return {
    ...common(leak),
    message: `${leak.Description} Found ${where}${stillThere ? ", and still in the tree" : ""}.`,
    fix: "revoke it: whoever has the history has the secret",
    subject: `${leak.Commit}:${leak.StartLine}`,
  }
}

function treeFinding(leak: Leak): ToolFinding {
  return {
    ...common(leak),
    message: `${leak.Description} Found in the tree.`,
    fix: "take it out of the file, and revoke it if it was ever pushed",
    // The redacted match alone would let a waiver cover whatever secret stands there next.
    subject: `${leak.Match} (entropy ${leak.Entropy})`,
  }
}

function common(leak: Leak) {
  const location = { file: leak.File, line: leak.StartLine, column: Math.max(1, leak.StartColumn) }
  return { rule: leak.RuleID, severity: "critical" as const, location }
}
