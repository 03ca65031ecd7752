/** JUnit XML as six tools wrote it: each ran a case that passes, one that fails, one that is left out, and what does not load. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { readJunit } from "../../../src/gates/formats/junit.ts"
import { readMocha } from "../../../src/gates/formats/mocha.ts"
import { readVitest } from "../../../src/gates/formats/vitest.ts"

const recorded = (path: string) => readFileSync(new URL(`../../recorded/${path}`, import.meta.url), "utf8")
const component = { name: "web", path: "apps/web", workdir: "/app" }
const read = (path: string) => readJunit(recorded(path), component)
const states = (path: string) => read(path).cases.map(({ name, state }) => [name, state])

describe("what failed, passed and was left out", () => {
  test("pytest: an error of a fixture and a file that does not load are failures", () => {
    expect(states("pytest/junit.xml")).toEqual([
      ["test.test_broken", "failed"],
      ["test.test_sum test_adds", "passed"],
      ['test.test_sum test_odd_names[<a> & "b"]', "passed"],
      ["test.test_sum test_fails", "failed"],
      ["test.test_sum test_left_out", "skipped"],
      ["test.test_sum test_needs_database", "failed"],
    ])
    expect(read("pytest/junit.xml").findings.map(({ message, location }) => [message, location])).toEqual([
      ["test.test_broken: collection failure", { file: "apps/web/test/test_broken.py", line: 1 }],
      ["test.test_sum test_fails: assert 3 == 4", { file: "apps/web/test/test_sum.py", line: 6 }],
      [
        'test.test_sum test_needs_database: failed on setup with "RuntimeError: no database"',
        { file: "apps/web/test/test_sum.py", line: 10 },
      ],
    ])
  })

  test("Playwright: what passed only when it was tried again has passed, and is told at the line that had failed", () => {
    expect(states("playwright/flaky.xml")).toEqual([
      ["checkout.spec.js shows what there is to pay", "passed"],
    ])
    expect(
      readJunit(recorded("playwright/flaky.xml"), { ...component, workdir: "/app/e2e" }).findings,
    ).toEqual([
      {
        rule: "test-flaky",
        severity: "info",
        message:
          "checkout.spec.js shows what there is to pay: passed on try 2; before, expect(locator).toBeVisible() failed",
        location: { file: "apps/web/tests/checkout.spec.js", line: 6 },
        component: "web",
        subject: "checkout.spec.js shows what there is to pay",
      },
    ])
  })

  test("gotestsum: a package that does not build is a failure", () => {
    expect(states("go/junit.xml")).toEqual([
      ["example.org/shop TestFails/in_<here>", "failed"],
      ["example.org/shop TestFails", "failed"],
      ["example.org/shop TestLeftOut", "skipped"],
      ["example.org/shop TestAdds", "passed"],
      ["TestMain", "failed"],
    ])
  })

  test("Surefire: errors are failures, with the exception", () => {
    const { cases, findings } = read("maven/TEST-shop.SumsTest.xml")
    expect(cases.map(({ name, state }) => [name, state])).toEqual([
      ["shop.SumsTest adds", "passed"],
      ["shop.SumsTest leftOut", "skipped"],
      ["shop.SumsTest fails", "failed"],
      ["shop.SumsTest throwsUp", "failed"],
    ])
    expect(findings.map(({ message }) => message)).toEqual([
      "shop.SumsTest fails: expected: <4> but was: <3>",
      "shop.SumsTest throwsUp: no database",
    ])
  })

  test("Node: suites within suites, cases beside them, todo is left out", () => {
    expect(states("node-test/junit.xml")).toEqual([
      ["test test/broken.test.mjs", "failed"],
      ["test adds <two> & &quot;more&quot;", "passed"],
      ["test fails", "failed"],
      ["test is left out", "skipped"],
      ["test comes later", "skipped"],
      ["test alone", "passed"],
    ])
    expect(read("node-test/junit.xml").findings[1]?.location).toEqual({
      file: "apps/web/test/sum.test.mjs",
      line: 6,
    })
  })

  test("Node: what is still to be done may fail, as Node itself has it; a failing part is told by the line that failed", () => {
    expect(states("node-test/todo.xml")).toEqual([
      ["test comes later", "skipped"],
      ["test holds", "passed"],
      ["test one row", "passed"],
      ["test another row", "failed"],
    ])
    expect(read("node-test/todo.xml").findings).toMatchObject([
      { subject: "test another row", location: { file: "apps/web/test/shelf.test.mjs", line: 17 } },
    ])
  })

  test("Node: a suite that counts one failure more than what is still to be done is a finding", () => {
    const part =
      /<testsuite name="shelf"[\s\S]*?<\/testsuite>/.exec(recorded("node-test/todo.xml"))?.[0] ?? ""
    const suite = (failures: number) =>
      readJunit(
        `<testsuites>${part.replace('failures="1"', `failures="${failures}"`)}</testsuites>`,
        component,
      )
    expect(suite(1).findings).toEqual([])
    expect(suite(2).findings).toMatchObject([{ rule: "suite-failed", subject: "shelf" }])
  })

  test("jest-junit", () => {
    expect(states("jest/junit.xml")).toEqual([
      ['sum adds <two> & "more"', "passed"],
      ["sum fails", "failed"],
      ["sum is left out", "skipped"],
      ["sum comes later", "passed"],
    ])
    expect(read("jest/junit.xml").findings[0]?.location).toEqual({
      file: "apps/web/test/sum.test.js",
      line: 4,
    })
  })

  test("Mocha's xunit and json: a hook that fails is a failure", () => {
    const expected = [
      ['sum adds <two> & "more"', "passed"],
      ["sum fails", "failed"],
      ["sum is left out", "skipped"],
      ['hooks "before all" hook for "never runs"', "failed"],
    ]
    expect(states("mocha/xunit.xml")).toEqual(expected)
    const json = readMocha(recorded("mocha/mocha.json"), component)
    expect(json.cases.map(({ name, state }) => [name, state])).toEqual(expected)
    expect(json.findings.map(({ location }) => location?.file)).toEqual(
      Array(2).fill("apps/web/test/sum.test.js"),
    )
  })
})

describe("what is no report is never a pass", () => {
  test.each([
    ["nothing", ""],
    ["half of one", recorded("pytest/junit.xml").slice(0, 700)],
    ["JSON", "{}"],
    ["a page", "<html><body>502</body></html>"],
    ["a coverage report", recorded("pytest/cobertura.xml")],
    ["an entity of its own", '<!DOCTYPE x [<!ENTITY a "b">]><testsuites><testcase name="&a;"/></testsuites>'],
  ])("%s", (_name, text) => {
    expect(() => readJunit(text, component)).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })

  test("a suite that says it failed and names no case is a finding", () => {
    const text =
      '<testsuites><testsuite name="db" tests="1" errors="1"><testcase name="a"/></testsuite></testsuites>'
    expect(readJunit(text, component).findings).toMatchObject([{ rule: "suite-failed", subject: "db" }])
  })

  test("no case is no case: the gate says that nothing was run", () => {
    expect(readJunit("<testsuites/>", component)).toMatchObject({ passed: 0, failed: 0, findings: [] })
  })
})

describe("what a report counts as failed and does not name is a finding", () => {
  const one = '<testcase name="adds"/>'
  test.each([
    [
      "a suite within suites",
      `<testsuites><testsuite><testsuite name="a" failures="3">${one}</testsuite></testsuite></testsuites>`,
    ],
    ["a suite within the outermost one", `<testsuite><testsuite errors="1">${one}</testsuite></testsuite>`],
    [
      "an error beside the cases",
      `<testsuites><testsuite name="a">${one}<error message="no database"/></testsuite></testsuites>`,
    ],
  ])("junit: %s", (_where, text) => {
    expect(readJunit(text, component).findings).toMatchObject([{ rule: "suite-failed", severity: "high" }])
  })

  test("mocha", () => {
    const entry = { fullTitle: "adds", err: {} }
    const text = JSON.stringify({ stats: { failures: 2 }, tests: [entry], pending: [], failures: [] })
    expect(readMocha(text, component).findings).toMatchObject([{ rule: "suite-failed", severity: "high" }])
  })

  test.each(["numFailedTests", "numFailedTestSuites"])("vitest and jest: %s", (count) => {
    const assertionResults = [{ fullName: "adds", status: "passed" }]
    const testResults = [{ name: "/app/a.test.ts", status: "passed", assertionResults }]
    const none = { numTotalTests: 2, numPassedTests: 1, numFailedTests: 0, numFailedTestSuites: 0 }
    const text = JSON.stringify({ ...none, [count]: 1, success: false, testResults })
    expect(readVitest(text, component).findings).toMatchObject([{ rule: "suite-failed", severity: "high" }])
  })
})

test.each([
  [
    "an element of another name",
    `<testsuite><group><testcase name="x"><failure/></testcase></group></testsuite>`,
  ],
  [
    "another case",
    `<testsuite><testcase name="a"><testcase name="x"><failure/></testcase></testcase></testsuite>`,
  ],
])("a case that failed is seen within %s", (_where, text) => {
  expect(readJunit(text, component).findings).toMatchObject([{ rule: "test-failed", subject: "x" }])
})

test("GoogleTest: a case that is disabled was not run", () => {
  const text =
    '<testsuites><testsuite><testcase name="x" status="notrun" result="suppressed"/></testsuite></testsuites>'
  expect(readJunit(text, component)).toMatchObject({ passed: 0, skipped: 1 })
})

test.each(["status", "result"])("sibling of V09: a case that only its %s calls failed has failed", (name) => {
  for (const word of ["failed", "FAILURE", "error", "timed-out", "broken"]) {
    const text = `<testsuite><testcase name="x" ${name}="${word}"/><testcase name="y" ${name}="passed"/></testsuite>`
    expect(readJunit(text, component)).toMatchObject({
      ...{ passed: 1, failed: 1 },
      findings: [{ rule: "test-failed", subject: "x" }],
    })
  }
})

test.each([
  ["3000", 3000],
  ["100000", 100_000],
])("sibling of V09: XML that is nested %s levels deep is no report, and no crash", (_, depth) => {
  const text = `<testsuite>${"<a>".repeat(depth)}${"</a>".repeat(depth)}</testsuite>`
  expect(() => readJunit(text, component)).toThrow(
    expect.objectContaining({ code: "OUTPUT_UNREADABLE", message: expect.stringContaining("nested") }),
  )
})
