import { setTimeout as pause } from "node:timers/promises"
import type { z } from "zod"
import { SignalboxError } from "../../../domain/index.ts"
import type { Issue, Judged, JudgedCondition, QualityRequest } from "../answers.ts"
import type { SonarApi } from "./api.ts"
import { analysisFailed, judgedNothing, timedOut, unexpected } from "./errors.ts"
import { type Elapsed, elapsedSince } from "./ready.ts"
import { issues, measures, projectStatus, task } from "./shapes.ts"

const everyMs = 2000
const shownIssues = 500

const metrics = [
  ...["files", "ncloc", "violations", "bugs", "vulnerabilities", "code_smells", "security_hotspots"],
  ...["accepted_issues", "reliability_rating", "security_rating", "sqale_rating"],
  ...["coverage", "lines_to_cover", "tests", "test_failures", "duplicated_lines_density"],
]

type Judging = Pick<QualityRequest, "project" | "waitMs" | "wait" | "analysedAs">

/** Waits for the analysis that the scanner has sent, and reads what the server's quality gate says of it. */
export async function judgeAnalysis(
  api: SonarApi,
  report: string,
  request: Judging,
  elapsed: Elapsed = elapsedSince(),
  everyMilliseconds = everyMs,
): Promise<Judged> {
  const id = taskOf(report, request.project)
  const { analysis, warnings } = await processed(api, id, request, elapsed, everyMilliseconds)
  const { status, conditions, ignoredConditions } = (
    await api.get("api/qualitygates/project_status", { analysisId: analysis }, projectStatus)
  ).projectStatus
  const judged = conditions.flatMap(judgedCondition)
  if (status === "NONE") throw judgedNothing(api.server, "the project has no quality gate that has judged it")
  if (status !== "ERROR" && judged.length === 0)
    throw judgedNothing(api.server, "none of its conditions has a value")
  const found = await readMeasures(api, request).catch(unread)
  return {
    ...{ analysis, conditions: judged, ignoredConditions, warnings },
    notJudged: conditions
      .filter((one) => judgedCondition(one).length === 0)
      .map(({ metricKey }) => metricKey),
    // WARN is of earlier servers, and no pass.
    passed: status === "OK",
    issues: await readIssues(api, request, found).catch(unread),
    measures: found,
  }
}

type Condition = z.output<typeof projectStatus>["projectStatus"]["conditions"][number]

/** One without a value was not judged: coverage of new code, where no code is new. */
function judgedCondition(one: Condition): JudgedCondition[] {
  const { metricKey: metric, comparator, errorThreshold: threshold, actualValue: actual } = one
  const failed = one.status === "ERROR"
  if (actual === undefined && !failed) return []
  const fails = comparator === "GT" ? "above" : "below"
  return [
    { metric, failed, fails, ...(threshold === undefined ? {} : { threshold }), actual: actual ?? "unknown" },
  ]
}

/** Of `report-task.txt`, which the scanner writes once the server has taken the analysis. */
export function taskOf(report: string, project: string): string {
  const values = new Map(
    report.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf("=")
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const]
    }),
  )
  const [id, key] = [values.get("ceTaskId"), values.get("projectKey")]
  if (id !== undefined && id !== "" && key === project) return id
  throw new SignalboxError("OUTPUT_UNREADABLE", {
    what: "the scanner's report-task.txt does not name the analysis of this project",
    why: `ceTaskId is ${id ?? "missing"}, projectKey is ${key ?? "missing"}`,
    next: "look at the scanner's log; another version of it may be in use",
  })
}

async function processed(
  api: SonarApi,
  id: string,
  { project, waitMs, wait }: Judging,
  elapsed: Elapsed,
  everyMilliseconds: number,
): Promise<{ readonly analysis: string; readonly warnings: readonly string[] & string[] }> {
  for (;;) {
    const answer = await api.get("api/ce/task", { id, additionalFields: "warnings" }, task)
    const { status, componentKey = project, analysisId, errorMessage, warnings = [] } = answer.task
    if (answer.task.id !== id || componentKey !== project)
      throw unexpected(api.server, "api/ce/task", `it told of the task ${answer.task.id} of ${componentKey}`)
    switch (status) {
      case "SUCCESS":
        if (analysisId === undefined) throw unexpected(api.server, "api/ce/task", "it names no analysis")
        return { analysis: analysisId, warnings }
      case "FAILED":
      case "CANCELED":
        throw analysisFailed(api.server, status, errorMessage ?? `its task ${id} is ${status}`)
      case "PENDING":
      case "IN_PROGRESS":
        if (elapsed() + everyMilliseconds > waitMs) throw timedOut(api.server, status, wait)
        await pause(everyMilliseconds)
    }
  }
}

/** Issues of a branch or a pull request are asked for by its name. */
function about({ analysedAs }: Judging): Readonly<Record<string, string>> {
  if (analysedAs === null) return {}
  const { branch, pullRequest } = analysedAs
  return pullRequest === undefined ? { branch } : { pullRequest: pullRequest.key }
}

/** @throws SERVER_REFUSED where the server lists fewer than it counts: what is lost there must not look like what is mended */
async function readIssues(api: SonarApi, request: Judging, counted: Judged["measures"]) {
  const { project } = request
  const path = "api/issues/search"
  const found = await api.get(
    path,
    {
      ...{ components: project, issueStatuses: "OPEN,CONFIRMED", ps: String(shownIssues), ...about(request) },
      ...{ s: "SEVERITY", asc: "false" },
    },
    issues,
  )
  const { total } = found.paging
  if (found.issues.length < Math.min(total, shownIssues))
    throw unexpected(api.server, path, `it listed ${found.issues.length} of ${total} issues`)
  const violations = "unread" in counted ? 0 : (counted.violations ?? 0)
  if (total < violations)
    throw unexpected(
      api.server,
      path,
      `it listed ${total} issues and counts ${violations}: another analysis came in between, or the token may not see them all`,
    )
  const shown = found.issues.map(({ rule, severity, component, line, message }): Issue => {
    const file = component.startsWith(`${project}:`) ? component.slice(project.length + 1) : ""
    return { rule, severity, file, ...(line === undefined ? {} : { line }), message }
  })
  return { total, shown }
}

async function readMeasures(api: SonarApi, request: Judging): Promise<Record<string, number>> {
  const found = await api.get(
    "api/measures/component",
    { component: request.project, metricKeys: metrics.join(","), ...about(request) },
    measures,
  )
  const numbers = found.component.measures.map(({ metric, value }) => [metric, Number(value)] as const)
  return Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value)))
}

/** A failure is one all the same; what was not read is not taken for nothing. */
function unread(thrown: unknown): { unread: string } {
  if (thrown instanceof SignalboxError) return { unread: thrown.message }
  throw thrown
}
