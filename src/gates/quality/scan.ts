/** The settings of a scan. All of them are ours or the policy's: what the tree says of them is not read. */

import type { AnalysedAs } from "./answers.ts"

export interface ScanRequest {
  readonly server: string
  readonly project: string
  /** `community`, or one that has branches. */
  readonly edition: string
  readonly exclude: readonly string[]
  /** A server of the call's own hands out no Java. */
  readonly isOwn: boolean
  readonly analysedAs?: AnalysedAs | undefined
  readonly handedOver: HandedOver
  /** Where the scanner finds and leaves its files. */
  readonly places: { readonly source: string; readonly work: string }
}

/** Reports of the project's own checks, by path in the scanner's container. */
export interface HandedOver {
  readonly lcov: readonly string[]
  readonly tests: readonly string[]
  /** Files that the test reports name, below the source root. */
  readonly testFiles: readonly string[]
}

/** Files that are tests, and what counts for tests holds for them. */
export const testPatterns: readonly string[] = [
  ...["test", "spec", "e2e"].map((mark) => `**/*.${mark}.*`),
  ...["test", "tests", "__tests__", "__mocks__", "e2e", "cypress"].map((name) => `**/${name}/**`),
  ...["**/test_*.py", "**/*_test.py", "**/*_test.go", "**/*Test.java", "**/*Tests.java", "**/*IT.java"],
]

const notCode = ["**/node_modules/**"]

/** Text of the scanner's settings file, as java.util.Properties reads it. */
export function scanProperties(request: ScanRequest): string {
  const { server, project, exclude, handedOver, places } = request
  const tests = [...new Set([...testPatterns, ...handedOver.testFiles.map(escaped)])]
  const excluded = [...notCode, ...exclude]
  const settings: readonly (readonly [string, string])[] = [
    ["sonar.host.url", server],
    ["sonar.projectKey", project],
    ["sonar.projectBaseDir", places.source],
    ["sonar.working.directory", `${places.work}/scannerwork`],
    ["sonar.scanner.metadataFilePath", `${places.work}/report-task.txt`],
    ["sonar.sourceEncoding", "UTF-8"],
    ["sonar.sources", "."],
    ["sonar.tests", "."],
    ["sonar.exclusions", [...excluded, ...tests].join(",")],
    ["sonar.test.inclusions", tests.join(",")],
    ["sonar.test.exclusions", excluded.join(",")],
    // By default the analysers of JavaScript leave out whatever lies in vendor/, dist/, external/ or contrib/, or looks bundled.
    ["sonar.javascript.exclusions", notCode.join(",")],
    ["sonar.typescript.exclusions", notCode.join(",")],
    ["sonar.javascript.detectBundles", "false"],
    // The source has no history, and what git ignores is not in it.
    ["sonar.scm.disabled", "true"],
    // Our own program waits: it tells why there is no verdict.
    ["sonar.qualitygate.wait", "false"],
    ...(request.isOwn ? [["sonar.scanner.skipJreProvisioning", "true"] as const] : []),
    ...(handedOver.lcov.length === 0
      ? []
      : [["sonar.javascript.lcov.reportPaths", handedOver.lcov.join(",")] as const]),
    ...(handedOver.tests.length === 0
      ? []
      : [["sonar.testExecutionReportPaths", handedOver.tests.join(",")] as const]),
    ...branchSettings(request),
  ]
  return settings.map(([key, value]) => `${key}=${property(value)}\n`).join("")
}

export function hasBranches(edition: string): boolean {
  return edition !== "community"
}

/** The Community edition refuses an analysis that names a branch. */
function branchSettings({
  edition,
  analysedAs,
}: Pick<ScanRequest, "edition" | "analysedAs">): readonly (readonly [string, string])[] {
  if (analysedAs === undefined || !hasBranches(edition)) return []
  const { branch, pullRequest } = analysedAs
  if (pullRequest === undefined) return [["sonar.branch.name", branch]]
  return [
    ["sonar.pullrequest.key", pullRequest.key],
    ["sonar.pullrequest.branch", branch],
    ["sonar.pullrequest.base", pullRequest.into],
  ]
}

/** A path as a pattern that matches no other; `?` is any one character, which a comma must not be. */
function escaped(path: string): string {
  return path.replaceAll(/[*?,\\]/g, "?")
}

function property(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll(/[\r\n]/g, " ")
    .replaceAll(/[^\x20-\x7e]/g, (one) =>
      Array.from(
        { length: one.length },
        (_, at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join(""),
    )
}
