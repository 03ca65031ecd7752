import type { SignalboxConfig } from "../../config/index.ts"
import type { ToolIdentity } from "../../domain/index.ts"
import type { FilePlaces } from "../engine/code-digests.ts"
import { noResult } from "../engine/merge.ts"
import { decideTreeRun } from "../engine/tree-tool/decide.ts"
import { fileCodes, KnownCode } from "../engine/with-code.ts"
import { readJson } from "../formats/read.ts"
import type { Judgement, ToolOutcome } from "../gate.ts"
import { banditVersion, isJudged, readBandit } from "./bandit.ts"
import { placesIn, type ToolReading, withKnownCode } from "./reading.ts"
import type { KnownRule } from "./rule-files.ts"
import type { Selected } from "./select.ts"
import { readSemgrep, unscanned } from "./semgrep.ts"
import { sarifName } from "./semgrep-run.ts"
import { defaultStaticAnalysis, type StaticAnalysisSettings } from "./settings.ts"

/** What the tools left. One that had nothing to judge was not run. */
export interface Scan {
  readonly tools: readonly ToolIdentity[]
  /** Why nothing was run. */
  readonly problems: readonly string[]
  readonly rules: readonly KnownRule[]
  readonly selected: Selected
  readonly semgrep?: ToolOutcome
  readonly bandit?: { readonly outcome: ToolOutcome; readonly version: string }
  /** What code-digests.ts has written of the places that they name; absent where they name none. */
  readonly code?: string
}

/** The same, read. */
export interface ScanReading extends Pick<Scan, "tools" | "problems" | "rules" | "selected"> {
  readonly parts: readonly ToolReading[]
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

/** @throws OUTPUT_UNREADABLE */
export function readScan(scan: Scan): ScanReading {
  const reading = readTools(scan)
  const places = placesIn(reading.parts)
  if (places.length === 0) return reading
  const known = new KnownCode(readJson("code-digests.ts", scan.code, fileCodes))
  return { ...reading, parts: reading.parts.map((part) => withKnownCode(part, known)) }
}

/** What the tools have something to say of, as they were given it. None where they cannot be read, which is told later. */
export function placesToCite(scan: Scan): readonly FilePlaces[] {
  const paths = new Map(scan.selected.files.map(({ file, as }) => [file, as]))
  try {
    return placesIn(readTools(scan).parts).map((one) => ({ ...one, path: paths.get(one.file) }))
  } catch {
    return []
  }
}

function readTools({ tools, problems, rules, selected, semgrep, bandit }: Scan): ScanReading {
  const parts: ToolReading[] = []
  const errors: string[] = []
  const reports: Record<string, string> = { "selected.json": `${JSON.stringify(selected, undefined, 1)}\n` }
  if (semgrep?.finished === true) {
    const report = semgrep.files["stdout.txt"]
    const read = readSemgrep(semgrep, selected.files, rules)
    const missed = read.errors.length > 0 ? [] : unscanned(report, selected.files, rules)
    parts.push({ ...read, notLooked: [...read.notLooked, ...missed] })
    reports["semgrep.json"] = report ?? ""
    const sarif = semgrep.files[sarifName]
    if (sarif !== undefined) reports[sarifName] = sarif
  } else if (semgrep !== undefined) errors.push(semgrep.why)
  if (bandit?.outcome.finished === true) {
    parts.push(readBandit(bandit.outcome, banditVersion(bandit.version), selected.files))
    reports["bandit.json"] = bandit.outcome.files["stdout.txt"] ?? ""
  } else if (bandit !== undefined) errors.push(bandit.outcome.why)
  const ran = [...(semgrep?.finished ? ["semgrep"] : []), ...(bandit?.outcome.finished ? ["bandit"] : [])]
  const others = ran.flatMap((name, index) => {
    const [stated, version] = [tools.find((tool) => tool.name === name)?.version, parts[index]?.version]
    return version === undefined || stated === version
      ? []
      : [`${name} says that it is ${version}, the toolbox names ${stated}: correct tools.${name}.version`]
  })
  return { tools, problems, rules, selected, parts, errors: [...errors, ...others], reports }
}

/** What both found, as gates over files of the tree tell it. */
export function decideScan(
  { tools, problems, rules, selected, parts, errors, reports }: ScanReading,
  config: Pick<SignalboxConfig, "components">,
  settings: StaticAnalysisSettings = defaultStaticAnalysis,
): Judgement {
  const [tool] = tools
  if (problems.length > 0 || tool === undefined)
    return { ...noResult(problems.join("; "), tools), failOn: settings.failOn }
  const judgement = decideTreeRun(
    {
      tool,
      files: selected.files.map(({ file }) => file),
      findings: parts.flatMap(({ findings }) => findings),
      unread: parts.flatMap(({ unread }) => unread),
      notLooked: [...selected.notLooked, ...parts.flatMap(({ notLooked }) => notLooked)],
      silencers: [...selected.silencers],
      errors: [...errors, ...parts.flatMap((part) => part.errors)],
      reports,
    },
    "files of code",
    config,
    settings,
  )
  return { ...judgement, tools, figures: { ...judgement.figures, rules: rules.length } }
}

export const hasPython = ({ files }: Selected): boolean => files.some(isJudged)
