/** What the scanner is given, and what it is not. */
import { describe, expect, it } from "vitest"
import { genericTests, lcovBelowRoot } from "../../../../src/gates/quality/handover.ts"
import { type ScanRequest, scanProperties } from "../../../../src/gates/quality/scan.ts"
import { toolFailure } from "../../../../src/gates/quality/scanner-log.ts"
import { scannerLog } from "./recorded.ts"

const request: ScanRequest = {
  ...{
    server: "https://sonar.example.com",
    project: "shop",
    edition: "community",
    exclude: [],
    isOwn: false,
  },
  handedOver: { lcov: [], tests: [], testFiles: [] },
  places: { source: "/src", work: "/out" },
}

function settings(change: Partial<ScanRequest> = {}): Readonly<Record<string, string>> {
  const lines = scanProperties({ ...request, ...change })
    .trimEnd()
    .split("\n")
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  )
}

describe("the scanner's settings", () => {
  it("name server and project as the policy has them, and leave nothing to the tree", () => {
    expect(settings()).toMatchObject({
      "sonar.host.url": "https://sonar.example.com",
      "sonar.projectKey": "shop",
      "sonar.projectBaseDir": "/src",
      "sonar.scm.disabled": "true",
      "sonar.qualitygate.wait": "false",
    })
  })

  it("hold no token", () => {
    expect(Object.keys(settings()).filter((key) => /token|login|password/.test(key))).toEqual([])
  })

  it.each(["community", "developer", "enterprise", "datacenter"])(
    "name a branch in edition %s only where it has branches",
    (edition) => {
      const branches = edition !== "community"
      const branch = settings({ edition, analysedAs: { branch: "feature/x" } })
      expect(branch["sonar.branch.name"]).toBe(branches ? "feature/x" : undefined)
      const pull = settings({
        edition,
        analysedAs: { branch: "feature/x", pullRequest: { key: "12", into: "main" } },
      })
      const named = Object.fromEntries(Object.entries(pull).filter(([key]) => /branch|pullrequest/.test(key)))
      expect(named).toEqual(
        branches
          ? {
              "sonar.pullrequest.key": "12",
              "sonar.pullrequest.branch": "feature/x",
              "sonar.pullrequest.base": "main",
            }
          : {},
      )
    },
  )

  it("count no file as source and test at once", () => {
    const { "sonar.exclusions": sources = "", "sonar.test.inclusions": tests = "" } = settings({
      handedOver: { lcov: [], tests: [], testFiles: ["web/checks/basket.js"] },
    })
    expect(tests.split(",")).toContain("web/checks/basket.js")
    for (const pattern of tests.split(",")) expect(sources.split(",")).toContain(pattern)
  })

  it("hand the components' own reports over", () => {
    const handedOver = {
      lcov: ["/reports/web.lcov.info", "/reports/api.lcov.info"],
      tests: ["/reports/web.tests.xml"],
      testFiles: [],
    }
    expect(settings({ handedOver })).toMatchObject({
      "sonar.javascript.lcov.reportPaths": "/reports/web.lcov.info,/reports/api.lcov.info",
      "sonar.testExecutionReportPaths": "/reports/web.tests.xml",
    })
    expect(Object.keys(settings()).filter((key) => key.includes("reportPaths"))).toEqual([])
  })

  it("are one line each, whatever a value holds", () => {
    const text = scanProperties({ ...request, exclude: ["a\nsonar.host.url=http://evil", "b\\c", "ü"] })
    expect(text.split("\n").filter((line) => line.startsWith("sonar.host.url="))).toHaveLength(1)
    expect(text).toContain("b\\\\c,\\u00fc")
  })
})

describe("a report that is handed over", () => {
  const web = { name: "web", path: "apps/web", workdir: "/app" }

  it("names lines of files below the source root, wherever the tests ran", () => {
    const text = "TN:\nSF:/app/src/basket.ts\nDA:1,1\nend_of_record\nSF:src/other.ts\nDA:1,0\nend_of_record\n"
    const files = lcovBelowRoot(text, web)
      .split("\n")
      .filter((line) => line.startsWith("SF:"))
    expect(files).toEqual(["SF:apps/web/src/basket.ts", "SF:apps/web/src/other.ts"])
  })

  it("is valid XML, whatever a test is called and whatever it prints", () => {
    const name = 'says "<b>" & \u001b[31mred\u0000'
    const file = "apps/web/test/a.test.ts"
    const text = genericTests(
      [
        { name, file, state: "failed", seconds: 0.0125, message: "expected 1\nto be <2>" },
        { name: "later", file, state: "skipped", seconds: 0 },
        { name: "nowhere", file: "a suite", state: "passed", seconds: 1 },
      ],
      (path) => path === file,
    )
    expect(text).toBe(`<testExecutions version="1">
  <file path="apps/web/test/a.test.ts">
    <testCase name="says &quot;&lt;b&gt;&quot; &amp; [31mred" duration="13"><failure message="expected 1">expected 1&#10;to be &lt;2&gt;</failure></testCase>
    <testCase name="later" duration="0"><skipped message="skipped"/></testCase>
  </file>
</testExecutions>
`)
  })
})

describe("a scanner", () => {
  it("that was killed is an error of its own", () => {
    expect(toolFailure({ exitCode: 137, log: "INFO Analysing" }, "https://s")).toMatchObject({
      code: "TOOL_FAILED",
      detail: { what: expect.stringContaining("killed"), why: expect.stringContaining("signal 9") },
    })
  })

  it("that does not end is one", () => {
    expect(toolFailure({ exitCode: -1, log: "", stoppedAfter: "15 minutes" }, null)).toMatchObject({
      code: "TOOL_FAILED",
      detail: { what: expect.stringContaining("15 minutes") },
    })
  })

  it("that ended with a code is one, with its last words", () => {
    expect(toolFailure({ exitCode: 2, log: "one\n\nthe last word\n" }, null)).toMatchObject({
      code: "TOOL_FAILED",
      detail: {
        what: expect.stringContaining("ended with 2"),
        why: expect.stringContaining("the last word"),
      },
    })
  })

  it("is quoted with its cause, and not with the places in its own program", () => {
    const log = [
      "11:45:43.408 ERROR Error during SonarScanner Engine execution",
      "org.springframework.beans.factory.BeanCreationException: Error creating bean",
      "\tat org.sonar.scanner.Main.main(Main.java:1)",
      "Caused by: java.lang.IllegalStateException: Fail to download plugin [cayc]",
      "\tat org.sonar.scanner.Main.main(Main.java:1)",
      "\t... 15 common frames omitted",
      "11:45:44.196 INFO  EXECUTION FAILURE",
    ].join("\n")
    const message = toolFailure({ exitCode: 3, log }, null)?.message
    expect(message).toContain("Fail to download plugin [cayc]")
    expect(message).not.toContain("Main.java")
  })

  it("is quoted with what the server is missing for a branch", () => {
    const message = toolFailure({ exitCode: 3, log: scannerLog("branch-sent") }, null)?.message
    expect(message).toMatch(
      /Validation of project failed:\s+\| o To use the property "sonar.branch.name".* Developer Edition/,
    )
  })

  it("whose server was killed says that it went away", () => {
    expect(toolFailure({ exitCode: 1, log: scannerLog("server-killed") }, "https://s")).toMatchObject({
      code: "SERVER_UNREACHABLE",
      detail: { what: "the SonarQube server went away while the scanner ran" },
    })
  })

  it("is not quoted with what a library of an analyser calls an error in every scan", () => {
    const log = scannerLog("timed-out")
    expect(log).toContain("ERROR [baseline-browser-mapping]")
    expect(toolFailure({ exitCode: 0, log }, null)).toBeUndefined()
    const message = toolFailure(
      { exitCode: 1, log: `${log}12:13:10.000 ERROR Connection refused\n` },
      null,
    )?.message
    expect(message).toMatch(/^SERVER_UNREACHABLE/)
    expect(message).not.toContain("baseline-browser-mapping")
  })

  it("that ended with 0 is none", () => {
    expect(toolFailure({ exitCode: 0, log: "ERROR in the middle" }, null)).toBeUndefined()
  })
})
