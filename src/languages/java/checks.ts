import type { Check, NotApplicable, ToolChecks } from "../check.ts"
import { checkstylePlugin, compileGoals, jacocoPlugin, lintGoals, testGoals } from "./goals.ts"
import { type Project, pluginOf, resolved } from "./project.ts"
import type { Job } from "./run/job.ts"
import { commandOf } from "./tools.ts"

/** What of the source decides about the checks. */
export interface JavaFiles {
  readonly project: Project
  /** Whether the module, or one that it needs, has tests. */
  readonly hasTests: boolean
  readonly job: Omit<Job, "task" | "arguments">
  /** Version of Maven. */
  readonly maven: string
}

/** Comments and annotations that switch a linter off for a line or a class. */
const silencing = String.raw`CHECKSTYLE[.:]\s*OFF|@SuppressWarnings\(|@SuppressFBWarnings|\bNOPMD\b`

/** The checks of a module, as its pom and its parents in the source configure them. */
export function checksOf({ project, hasTests, job, maven }: JavaFiles): ToolChecks {
  const tool = { name: "maven", version: maven }
  const check = (goals: readonly string[], report: Check["report"], about: Check["tool"] = tool): Check => ({
    tool: about,
    command: commandOf({ ...job, task: "check", arguments: goals }),
    judged: [0, 1],
    report,
  })
  const tests = testGoals(project)
  const none: NotApplicable = { notApplicable: "no src/test in it, nor in the modules that it needs" }
  return {
    typecheck: check(compileGoals, { format: "maven", path: "maven.txt", in: "reports" }),
    lint: lint(project, check),
    unit: hasTests ? check(tests, { format: "junit", path: "junit/*.xml", in: "reports" }) : none,
    coverage: !hasTests ? none : coverage(project, check, tests),
  }
}

type Make = (goals: readonly string[], report: Check["report"], about?: Check["tool"]) => Check

function lint(project: Project, check: Make): Check | NotApplicable {
  const found = pluginOf(project, checkstylePlugin)
  if (found === undefined) return { notApplicable: `no ${checkstylePlugin} in ${read(project)}` }
  const report = { format: "checkstyle", path: "lint/*.xml", in: "reports" } as const
  return check(lintGoals(project), report, { name: "checkstyle", version: "unknown", comments: silencing })
}

function coverage(project: Project, check: Make, tests: readonly string[]): Check | NotApplicable {
  if (pluginOf(project, jacocoPlugin) === undefined)
    return { notApplicable: `no ${jacocoPlugin} in ${read(project)}` }
  return check(tests, { format: "jacoco", path: "coverage/*.xml", in: "reports" })
}

/** What was looked at: a parent from a repository may configure more, which only its pom would tell. */
function read({ chain }: Project): string {
  const files = chain.map(({ file }) => file).join(", ")
  const above = chain.at(-1)?.pom.parent
  const version = above === undefined ? "" : resolved({ chain }, above.version)
  return above === undefined ? files : `${files} (${above.artifact} ${version} was not looked at)`
}
