import type { AffectedScope } from "./affected.ts"
import type { AssumedSetting } from "./assumed.ts"
import type { BaselineIdentity, ComparedGate } from "./baseline.ts"
import type { Digest } from "./digest.ts"
import type { Finding } from "./finding.ts"
import type { PolicyChange, PolicyIdentity } from "./policy.ts"
import type { EarlierRelease } from "./trend.ts"
import { combine, type Verdict } from "./verdict.ts"

/** Which tool judged, so that the evidence can be weighed later. */
export interface ToolIdentity {
  readonly name: string
  /** As the tool, or its installed package, says itself where that can be read; else as its lock file or toolbox has it. */
  readonly version: string
  /**
   * The project's own script or command that started it, such as `npm run lint`: the verdict rests on what that wrote.
   * Absent: Signalbox started the tool itself.
   */
  readonly script?: string
  /** The image it ran in; `unresolved` where its digest is not known. */
  readonly image?: string
}

/** The database that a scanner used. A report says "none of N known in NAME of DATE", never "none". */
export interface DatabaseIdentity {
  readonly name: string
  /** RFC 3339 date of its content. */
  readonly date: string
  readonly digest?: string
  /** Where the artifact with this digest was read. Absent: it is an image of the toolbox. */
  readonly source?: string
  /** Number of entries, where the tool reports it. */
  readonly entries?: number
}

export interface WaiverUse {
  readonly id: string
  readonly owner: string
  readonly reason: string
  /** RFC 3339 full-date; the waiver holds through that day (UTC). */
  readonly expires: string
  /** Absent: an accepted risk. */
  readonly falsePositive?: true
  /** The number that it accepts, where its finding is one. */
  readonly accepts?: number
  readonly fingerprint: Digest
}

/** Why a waiver lets nothing through, or is not needed. */
export type StaleReason = "expired" | "unused" | "term-too-long" | "number-missing" | "number-exceeded"

export interface StaleWaiver {
  readonly id: string
  readonly why: StaleReason
  /** What it should say. Absent in reports of earlier versions. */
  readonly detail?: string
}

/** The verdict of one gate, with its findings and evidence. */
export interface GateResult {
  readonly gate: string
  /** What the gate is about, for people. Absent in reports of earlier versions. */
  readonly title?: string
  /** Findings of a security gate are security alerts. Absent in reports of earlier versions. */
  readonly kind?: "quality" | "security"
  /** `false`: it was not required, and blocks nothing; what it found is a warning. Default: true. */
  readonly required?: boolean
  /** `onFail: warn` of the policy: it must have judged, and what it found blocks nothing. Absent: it blocks. */
  readonly onFail?: "warn"
  readonly verdict: Verdict
  /** One line: why this verdict. */
  readonly summary: string
  /** Why it could not be judged, or not all of it. Absent where it was, and in reports of earlier versions. */
  readonly errors?: readonly string[]
  readonly tools: readonly ToolIdentity[]
  readonly database?: DatabaseIdentity
  /** Digests of the images that it judged, by component. Absent for a gate over the source, and in earlier versions. */
  readonly judged?: Readonly<Record<string, Digest>>
  /** Components that it did not judge: it does not apply to them, or they have switched it off with a reason. */
  readonly skipped?: readonly SkippedComponent[]
  /** Findings that count, waived ones excluded. */
  readonly findings: readonly Finding[]
  readonly waived: readonly { readonly finding: Finding; readonly waiver: WaiverUse }[]
  /** Figures worth showing: coverage in percent, tests run, image bytes… */
  readonly figures: Readonly<Record<string, number>>
  /** Single test cases, where the gate runs tests. */
  readonly cases?: readonly TestCase[]
  /** Raw tool reports by file name in the gate's directory, with their digest. */
  readonly reports: Readonly<Record<string, Digest>>
  /** What the policy of the tree has otherwise than that of its base. Absent for a gate, and in reports of earlier versions. */
  readonly changes?: readonly PolicyChange[]
  /** How it compares with the base revision (`--since`): `findings` has what is new. Absent where nothing was compared. */
  readonly baseline?: ComparedGate
}

export interface SkippedComponent {
  readonly component: string
  /** `off: REASON` where its configuration switches the check off. */
  readonly why: string
}

export interface TestCase {
  readonly name: string
  readonly file: string
  readonly state: "passed" | "failed" | "skipped"
  readonly seconds: number
  readonly message?: string
}

/** The context that gates run in: how far the code is trusted decides which gates block. */
export const gateContexts = ["fork", "branch", "release"] as const
export type GateContextName = (typeof gateContexts)[number]

/**
 * All gates of one call. A report of fewer gates than apply (`--only`, `--skip`, `--affected`, `--fail-fast`), or of what is new
 * alone (`--since`), is partial: for people, never evidence.
 */
export interface GateReportData {
  readonly schemaVersion: 1
  readonly project: string
  /** RFC 3339 date on which waivers and database ages were judged. */
  readonly date: string
  readonly context: GateContextName
  readonly partial: boolean
  /** The policy that it was judged by. Absent in reports of earlier versions. */
  readonly policy?: PolicyIdentity
  /** What was assumed, because the tree has no signalbox.yaml: such a report is never evidence. Absent where it has one. */
  readonly assumed?: readonly AssumedSetting[]
  /** The part that it is about (`--affected`): such a report is partial. Absent where it is about all of the project. */
  readonly affected?: AffectedScope
  /** The revision that it is compared with (`--since`): such a report is partial. Absent where all findings count. */
  readonly baseline?: BaselineIdentity
  /** What it is shown beside (`--previous`): it changes no verdict. Absent where the call gave none. */
  readonly earlier?: EarlierRelease
  readonly verdict: Verdict
  readonly gates: readonly GateResult[]
  /** Gates that were not started any more (`--fail-fast`): nothing is known of them, and the report is partial. Absent: none. */
  readonly notJudged?: readonly { readonly gate: string; readonly why: string }[]
  /** Waivers that matched nothing or let nothing through: reported so that they get removed or corrected. */
  readonly staleWaivers: readonly StaleWaiver[]
}

/** Whether a gate's verdict counts for the report: a gate that is not required warns, and blocks nothing. */
export function isRequired(gate: { readonly required?: boolean }): boolean {
  return gate.required !== false
}

/** What is known of a gate that blocks, or does not. */
export interface Weighed {
  readonly required?: boolean
  readonly onFail?: "warn"
  readonly verdict: Verdict
}

/** A gate that did not pass and blocks nothing: to be shown as a warning, never as clean. */
export function isWarning(gate: Weighed): boolean {
  return onlyWarns(gate) || (!isRequired(gate) && ["fail", "error", "inconclusive"].includes(gate.verdict))
}

/** A gate that has judged and found something, which by `onFail: warn` blocks nothing. An error is no judgement: it blocks. */
export function onlyWarns({ onFail, verdict }: Weighed): boolean {
  return onFail === "warn" && verdict === "fail"
}

/** Whether a gate's result alone keeps its report from passing. */
export function isBlocking(gate: Weighed): boolean {
  return isRequired(gate) && !onlyWarns(gate) && ["fail", "error", "inconclusive"].includes(gate.verdict)
}

/** Whether a finding of the gate blocks. */
export function findingsBlock(gate: Pick<Weighed, "required" | "onFail">): boolean {
  return isRequired(gate) && gate.onFail !== "warn"
}

/**
 * One verdict for a report: that of its required gates; one that has judged and only warns lets it pass. Where all of them
 * apply to nothing it is `skipped`; where none is required, nothing was proven, and it is `error`.
 */
export function reportVerdict(gates: readonly GateResult[]): Verdict {
  if (gates.length > 0 && gates.every((gate) => gate.verdict === "skipped")) return "skipped"
  return combine(gates.filter(isRequired).map((gate) => (onlyWarns(gate) ? "pass" : gate.verdict)))
}
