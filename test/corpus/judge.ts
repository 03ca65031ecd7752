import type { GateReportData } from "../../src/domain/index.ts"
import { repositoryRoot } from "../../toolchain/paths.ts"
import { finalError, type Outcome, startDagger } from "../engine/harness/index.ts"
import { type Comparison, compare } from "./compare.ts"
import type { CorpusProject } from "./expected.ts"
import { repositoryOf } from "./prepare.ts"
import type { JudgedProject } from "./result.ts"

/** Compiling a language's packages for the first time takes minutes. */
const timeout = 1800

/** Has the real gates judge a project, and holds what they say against what is planted in it. */
export async function judgeProject(project: CorpusProject): Promise<JudgedProject> {
  const started = performance.now()
  await using repository = await repositoryOf(project)
  const call = ["call", "-m", repositoryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"]
  const only = project.gates.flatMap((gate) => ["--only", gate])
  const { outcome } = startDagger([...call, "gates", ...only, "json"], { cwd: repository.path, timeout })
  const comparison = comparisonOf(project, await outcome)
  return { project, comparison, seconds: (performance.now() - started) / 1000 }
}

/** A call that gave no report has found nothing, and its last words say why. */
export function comparisonOf(project: CorpusProject, outcome: Outcome): Comparison {
  if (outcome.code === 0) return compare(project, JSON.parse(outcome.stdout) as GateReportData)
  const why = finalError(outcome) || outcome.stderr.slice(-2000).trim()
  const missing = project.planted.map((planted) => ({ planted }))
  return { found: [], missing, falsePositives: [], problems: [`the call ended with ${outcome.code}: ${why}`] }
}
