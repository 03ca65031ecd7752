import { type TestCaseReport, type TierReport, tierReport } from "../runner/report.ts"
import type { Comparison } from "./compare.ts"
import type { CorpusProject, Planted } from "./expected.ts"

/** A project that was judged. */
export interface JudgedProject {
  readonly project: Pick<CorpusProject, "name" | "planted" | "clean" | "gates">
  readonly comparison: Comparison
  readonly seconds: number
}

/** Counts of one gate, or of all. */
export interface CorpusCounts {
  readonly planted: number
  readonly found: number
  readonly wrongGate: number
  readonly clean: number
  readonly falsePositives: number
}

/** What `out/test/corpus.json` holds: a report as a tier's, which `npm run cases` reads, and what was planted and found. */
export interface CorpusReport extends CorpusCounts, TierReport {
  readonly commit: string | null
  /** Projects that were judged. */
  readonly projects: readonly string[]
  readonly missing: readonly (Planted & { readonly project: string; readonly reportedBy?: string })[]
  readonly reported: readonly {
    readonly project: string
    readonly gate: string
    readonly rule: string
    readonly place: string
    readonly message: string
    /** Why it is none, where it is about a place that is listed as clean. */
    readonly clean?: string
  }[]
  /** Gates that did not judge as they should, and projects that could not be judged. */
  readonly problems: readonly string[]
  readonly perGate: Readonly<Record<string, CorpusCounts>>
}

/** @param isWhole whether all projects were asked for. Default: some. */
export function corpusReport(
  judged: readonly JudgedProject[],
  commit: string | null,
  isWhole = false,
): CorpusReport {
  const gates = [...new Set(judged.flatMap(({ project }) => project.gates))].sort()
  const cases = judged.flatMap(casesOf)
  const seconds = judged.reduce((sum, one) => sum + one.seconds, 0)
  return {
    ...tierReport({ tier: "corpus", full: isWhole, cases, seconds }),
    commit,
    projects: judged.map(({ project }) => project.name),
    ...countsOf(judged),
    missing: judged.flatMap(({ project, comparison }) =>
      comparison.missing.map(({ planted, wrongGate }) => ({
        project: project.name,
        ...planted,
        ...(wrongGate === undefined ? {} : { reportedBy: wrongGate }),
      })),
    ),
    reported: judged.flatMap(({ project, comparison }) =>
      comparison.falsePositives.map(({ finding, clean }) => ({
        project: project.name,
        gate: finding.gate,
        rule: finding.rule,
        place: placeOf(finding.location ?? {}, finding.component),
        message: finding.message,
        ...(clean === undefined ? {} : { clean: clean.why }),
      })),
    ),
    problems: judged.flatMap(({ project, comparison }) =>
      comparison.problems.map((problem) => `${project.name}: ${problem}`),
    ),
    perGate: Object.fromEntries(gates.map((gate) => [gate, countsOf(judged, gate)])),
  }
}

/** Whether all of it is as expected. A run of nothing shows nothing. */
export function isAsExpected(report: CorpusReport): boolean {
  const { planted, found, wrongGate, falsePositives, problems } = report
  return planted > 0 && found === planted && wrongGate + falsePositives + problems.length === 0
}

function countsOf(judged: readonly JudgedProject[], only?: string): CorpusCounts {
  const of = (gate: string) => only === undefined || gate === only
  const count = (list: (one: JudgedProject) => readonly string[]) => judged.flatMap(list).filter(of).length
  return {
    planted: count(({ project }) => project.planted.map(({ gate }) => gate)),
    found: count(({ comparison }) => comparison.found.map(({ gate }) => gate)),
    wrongGate: count(({ comparison }) =>
      comparison.missing.flatMap(({ planted, wrongGate }) => (wrongGate === undefined ? [] : [planted.gate])),
    ),
    clean: count(({ project }) => project.clean.map(({ gate }) => gate)),
    falsePositives: count(({ comparison }) => comparison.falsePositives.map(({ finding }) => finding.gate)),
  }
}

/** One case for each planted defect, and one for all that is clean in a project. */
function casesOf({ project, comparison, seconds }: JudgedProject): readonly TestCaseReport[] {
  const { found, falsePositives, problems } = comparison
  const file = `test/corpus/${project.name}/corpus.yaml`
  const isSilent = falsePositives.length === 0 && problems.length === 0
  return [
    ...project.planted.map((planted) => ({
      name: `corpus ${project.name} > ${planted.gate} finds ${planted.rule} at ${placeOf(planted, planted.component)}`,
      ...{ file, state: found.includes(planted) ? ("passed" as const) : ("failed" as const), seconds: 0 },
    })),
    {
      name: `corpus ${project.name} > nothing that is clean is reported (${project.clean.length} look-alikes)`,
      ...{ file, state: isSilent ? ("passed" as const) : ("failed" as const), seconds },
    },
  ]
}

/** `FILE:LINE`, or the component where a finding has no place. */
export function placeOf(
  { file, line }: { readonly file?: string | undefined; readonly line?: number | undefined },
  component?: string,
): string {
  if (file === undefined) return component ?? "no place"
  return line === undefined ? file : `${file}:${line}`
}
