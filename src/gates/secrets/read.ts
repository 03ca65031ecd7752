import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"
import type { ToolOutcome } from "../gate.ts"
import type { UnsearchedRef } from "./refs.ts"
import { tagFile } from "./scan/tags.ts"

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
    /** The ref by which git came to the commit. */
    Ref: z.string().default(""),
  }),
)

/** What scan/main.ts has looked at. */
const scanned = z.object({
  commits: z.int().optional(),
  texts: z.int(),
  unsearched: z.array(z.object({ file: z.string(), why: z.string() })),
  /** Guesses by entropy in generated content, which do not count. */
  guesses: z.int().default(0),
})

type Scanned = z.output<typeof scanned>

export type Leak = z.output<typeof report>[number]

/** The JSON report of `gitleaks git` or `gitleaks dir`, redacted. @throws OUTPUT_UNREADABLE */
export function readGitleaks(text: string | undefined): Leak[] {
  return readJson("gitleaks", text, report)
}

/** The outcomes of the scans. */
export interface Scans {
  /** What the judged commit reaches; undefined where the configuration does not want it. */
  readonly history?: ToolOutcome | undefined
  /** What only other refs reach. */
  readonly others?: ToolOutcome | undefined
  /** Refs whose content no history has. Default: none. */
  readonly refs?: readonly UnsearchedRef[] | undefined
  readonly tree: ToolOutcome
  /** The revision that is judged. */
  readonly revision: string
}

/** What the scans have found, and what of them cannot be relied on. */
export interface LeakReading {
  readonly revision: string
  readonly history: readonly Leak[]
  readonly tree: readonly Leak[]
  /** Leaks of commits that only other refs reach. */
  readonly others: readonly Leak[]
  /** undefined where the history was not to be scanned. */
  readonly commits: number | undefined
  /** How many commits only other refs reach, or why they were not searched. */
  readonly otherCommits: number | string
  /** Paths whose content was not searched, each with the reason. */
  readonly unsearched: Scanned["unsearched"]
  /** Guesses by entropy in generated files of tree and history, which do not count. */
  readonly guesses: number
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

/** Reads the scans. @throws OUTPUT_UNREADABLE */
export function readScans({ history, others, refs = [], tree, revision }: Scans): LeakReading {
  const [inHistory, inOthers, inTree] = [
    scanOf(history, "history"),
    scanOf(others, "history"),
    scanOf(tree, "tree"),
  ]
  const errors = [
    ...(inHistory?.why === undefined ? [] : [`the history could not be scanned: ${inHistory.why}`]),
    ...(inHistory?.looked?.commits === 0 ? ["the history has no commit"] : []),
    ...(inTree?.why === undefined ? [] : [`the tree could not be scanned: ${inTree.why}`]),
    ...(inTree?.looked?.texts === 0 ? ["the tree has no file"] : []),
  ]
  const unsearched = [
    ...(inTree?.looked?.unsearched ?? []),
    ...(inHistory?.looked?.unsearched ?? []),
    ...refs,
  ]
  return {
    revision,
    history: inHistory?.leaks ?? [],
    tree: inTree?.leaks ?? [],
    others: inOthers?.leaks ?? [],
    commits: history === undefined ? undefined : (inHistory?.looked?.commits ?? 0),
    otherCommits: inOthers?.why ?? inOthers?.looked?.commits ?? 0,
    unsearched: [...new Map(unsearched.map((one) => [one.file, one])).values()],
    guesses: (inHistory?.looked?.guesses ?? 0) + (inTree?.looked?.guesses ?? 0),
    errors,
    reports: { ...inHistory?.files, ...inTree?.files },
  }
}

interface Scan {
  readonly leaks: readonly Leak[]
  readonly looked?: Scanned
  /** Why there is no result. */
  readonly why?: string
  readonly files: Readonly<Record<string, string>>
}

function scanOf(outcome: ToolOutcome | undefined, kind: "history" | "tree"): Scan | undefined {
  if (outcome === undefined) return undefined
  if (!outcome.finished) return { leaks: [], why: outcome.why, files: {} }
  const { files } = outcome
  const looked = readJson("the scan for secrets", files[`${kind}.scan.json`], scanned)
  if (kind === "history" && looked.commits === undefined)
    return { leaks: [], why: "it does not say how many commits it looked at", files }
  return { leaks: readGitleaks(files[`${kind}.json`]), looked, files }
}

/**
 * Leaks as findings. What is in the history and still in the tree is one finding: it has one cure, which is to revoke it.
 * What only other refs reach is info: it is no part of what is judged, and another clone does not have it.
 */
export function leakFindings({
  history,
  tree,
  others,
  revision,
}: Pick<LeakReading, "history" | "tree" | "others" | "revision">): ToolFinding[] {
  const inHistory = new Set(history.map(identity))
  const inTree = new Set(tree.map(identity))
  return [
    ...numbered(history, (leak) => historyFinding(leak, inTree.has(identity(leak)))),
    ...numbered(
      tree.filter((leak) => !inHistory.has(identity(leak))),
      treeFinding,
    ),
    ...numbered(
      others.filter((leak) => !inHistory.has(identity(leak)) && !inTree.has(identity(leak))),
      (leak) => otherFinding(leak, revision),
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

function otherFinding(leak: Leak, revision: string): ToolFinding {
  if (leak.File === tagFile)
    return {
      ...historyFinding(leak, false),
      severity: "info",
      message: `${leak.Description} Found in the message of ${leak.Ref}: it does not count.`,
    }
  const finding = historyFinding(leak, false)
  const which = `${leak.Ref} has this commit, ${revision} does not: it does not count.`
  return { ...finding, severity: "info", message: `${finding.message} ${which}` }
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
