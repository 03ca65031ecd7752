/** How a component in Python is checked, by what its files configure and its lock file installs. */
import { describe, expect, test } from "vitest"
import type { Checks } from "../../../../src/languages/check.ts"
import { checksOf } from "../../../../src/languages/python/checks.ts"
import type { PythonFiles } from "../../../../src/languages/python/tool-settings.ts"

const all = { ruff: "0.17.6", mypy: "1.20.0", pytest: "9.2.0", "pytest-cov": "7.1.0", black: "26.10.1" }

function checks(about: Partial<PythonFiles>, locked: Readonly<Record<string, string>> = {}) {
  const files = { names: [], tools: {}, texts: {}, hasTests: false, ...about }
  return checksOf({ ...files, version: (name) => locked[name] })
}
const command = (check: Checks["lint"]): readonly string[] => ("command" in check ? check.command : [])

describe("a tool that is configured and not locked is taken from nowhere else", () => {
  test.each([
    [
      "lint",
      { names: ["ruff.toml"] },
      /ruff is configured \(ruff\.toml\), and is not among the locked packages/,
    ],
    ["lint", { tools: { black: {} } }, /black is configured \(\[tool\.black\] of pyproject\.toml\)/],
    ["lint", { texts: { "tox.ini": "[flake8]\nmax-line-length = 100\n" } }, /\[flake8\] of tox\.ini/],
    [
      "typecheck",
      { texts: { "setup.cfg": "[mypy]\nstrict = true\n" } },
      /mypy is configured \(\[mypy\] of setup\.cfg\)/,
    ],
    ["typecheck", { names: ["pyrightconfig.json"] }, /pyright is configured/],
    ["unit", { names: ["pytest.ini"] }, /pytest is configured/],
    ["unit", { hasTests: true }, /there are tests, and pytest is not among the locked packages/],
    ["coverage", { tools: { pytest: {} } }, /pytest is configured/],
  ] as const)("%s", (name, about, why) => {
    expect(checks(about)[name]).toEqual({ undetermined: expect.stringMatching(why) })
  })
})

test("where nothing is configured and nothing locked, nothing is judged, and that is said", () => {
  expect(checks({})).toEqual({
    typecheck: { notApplicable: "neither settings of mypy nor of Pyright" },
    lint: { notApplicable: "neither Ruff, Black nor Flake8 is configured or locked" },
    unit: { notApplicable: "no tests: no test_*.py, *_test.py or tests.py" },
    coverage: { notApplicable: "no tests: no test_*.py, *_test.py or tests.py" },
  })
})

describe("types", () => {
  test("mypy checks what its settings name, else everything", () => {
    expect(command(checks({}, all).typecheck).at(-1)).toBe(".")
    const named = checks({ tools: { mypy: { files: ["src"] } } }, all).typecheck
    expect(command(named)).not.toContain(".")
    const byIni = checks(
      { names: ["mypy.ini"], texts: { "mypy.ini": "[mypy]\nfiles = src\n" } },
      all,
    ).typecheck
    expect(command(byIni)).not.toContain(".")
  })

  test("an mypy that writes no report is told by its version", () => {
    expect(checks({}, { mypy: "1.10.1" }).typecheck).toEqual({
      undetermined: expect.stringMatching(/^mypy 1\.10\.1 writes no report/),
    })
  })

  test("Pyright where it is configured and locked, or alone", () => {
    const both = { ...all, pyright: "1.1.400" }
    expect(checks({}, both).typecheck).toMatchObject({ tool: { name: "mypy" } })
    expect(checks({ tools: { pyright: {} } }, both).typecheck).toMatchObject({
      tool: { name: "pyright", version: "1.1.400" },
      report: { format: "pyright-json" },
    })
    expect(checks({}, { basedpyright: "1.30.0" }).typecheck).toMatchObject({ tool: { name: "basedpyright" } })
  })
})

describe("lint", () => {
  const tools = (about: Partial<PythonFiles>, locked: Readonly<Record<string, string>>) =>
    command(checks(about, locked).lint).slice(4)

  test("is by all linters and formatters that are locked, in one report", () => {
    expect(tools({}, all)).toEqual(["ruff", "black"])
    expect(tools({}, { flake8: "7.0.0" })).toEqual(["flake8"])
    expect(checks({}, all).lint).toMatchObject({
      tool: { name: "ruff, black", version: "0.17.6, 26.10.1" },
      report: { format: "sarif", path: "lint.sarif" },
    })
  })

  test("Ruff judges the form of files where its formatter is configured", () => {
    const ruff = { ruff: "0.17.6" }
    expect(tools({}, ruff)).toEqual(["ruff"])
    expect(tools({ tools: { ruff: { format: {} } } }, ruff)).toEqual(["ruff", "ruff-format"])
    expect(tools({ names: ["ruff.toml"], texts: { "ruff.toml": "[format]\n" } }, ruff)).toEqual([
      "ruff",
      "ruff-format",
    ])
  })
})

describe("tests and coverage", () => {
  test("are one run, whose threshold is the gate's alone", () => {
    const { unit, coverage } = checks({ hasTests: true }, all)
    expect(command(unit)).toEqual(command(coverage))
    expect(command(unit)).toContain("--cov-fail-under=0")
    expect(unit).toMatchObject({ judged: [0, 1, 2], report: { format: "junit" } })
    expect(coverage).toMatchObject({ report: { format: "lcov", path: "lcov.info" } })
  })

  test.each([
    ["no settings", {}, ["--cov=.", "--cov-config=/signalbox/python/coveragerc"]],
    ["settings without a source", { tools: { coverage: { run: { branch: true } } } }, ["--cov=."]],
    ["a source", { tools: { coverage: { run: { source: ["src"] } } } }, ["--cov"]],
    ["options of its own", { tools: { pytest: { ini_options: { addopts: "-q --cov=shop" } } } }, []],
  ] as const)("measure what the project says: %s", (_, about, measured) => {
    const given = command(checks({ hasTests: true, ...about }, all).unit)
    expect(given.filter((one) => /^--cov(?:=|$|-config)/.test(one))).toEqual(measured)
  })

  test("without pytest-cov, tests are judged, and that coverage is not is an error", () => {
    const { unit, coverage } = checks({ hasTests: true }, { pytest: "9.2.0" })
    expect(command(unit)).not.toContain("--cov-fail-under=0")
    expect(coverage).toEqual({ undetermined: expect.stringMatching(/^pytest-cov is not among the locked/) })
  })
})
