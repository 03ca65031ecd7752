import { posix } from "node:path"
import type { Check } from "../../languages/index.ts"
import { outDirectory } from "../engine/exec.ts"
import type { EndToEndSettings } from "./settings.ts"

const report = "junit.xml"

/** What Playwright reads of its environment: where its report goes, and that it tells of each try and of each browser. */
export const reporterVariables = {
  CI: "true",
  HOME: "/tmp",
  PLAYWRIGHT_JUNIT_OUTPUT_FILE: posix.join(outDirectory, report),
  PLAYWRIGHT_JUNIT_INCLUDE_RETRIES: "1",
  PLAYWRIGHT_JUNIT_INCLUDE_PROJECT_IN_TEST_NAME: "1",
} as const

/** How the tests are run, and where their report is. */
export function checkOf({ command, arguments: more, retries }: EndToEndSettings): Check {
  if (command !== undefined)
    return {
      tool: {
        name: posix.basename(command.run[0] ?? ""),
        version: "declared",
        script: command.run.join(" "),
      },
      command: command.run,
      judged: [0, 1],
      report: { format: "junit", path: command.report, in: "component" },
    }
  return {
    tool: { name: "playwright", version: "unknown", package: "@playwright/test" },
    command: ["playwright", "test", ...more, ...ownOptions(retries)],
    judged: [0, 1],
    report: { format: "junit", path: report, in: "reports" },
  }
}

/** After those of the project: of two, the last counts. A forgotten `test.only` leaves all others out, and is refused. */
function ownOptions(retries: number): readonly string[] {
  const artifacts = posix.join(outDirectory, "artifacts")
  return ["--reporter=junit,list", `--output=${artifacts}`, `--retries=${retries}`, "--forbid-only"]
}
