/** What follows from one component's check, whatever the gate: its errors, and what its command said. */
import { type Directory, dag } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../../src/config/index.ts"
import { componentNamed } from "../../../src/config/lookup.ts"
import type { CommandResult } from "../../../src/gates/engine/run-check.ts"
import { reportOf } from "../../../src/gates/engine/run-check.ts"
import type { CheckRun, Finished, GateContext } from "../../../src/gates/gate.ts"
import { gate as lint } from "../../../src/gates/lint/gate.ts"
import { gate as typecheck } from "../../../src/gates/typecheck/gate.ts"
import { gate as unit } from "../../../src/gates/unit/gate.ts"
import type { Check } from "../../../src/languages/index.ts"
import { minimalConfig } from "../config/texts.ts"
import { recorded } from "./recorded.ts"

const config = parseConfig(minimalConfig, "signalbox.yaml")
const component = componentNamed(config, "web")
const out = dag.directory()
const check = (name: string, format: Check["report"]["format"], path: string): Check => ({
  tool: { name, version: "1.0.0" },
  command: [name],
  judged: [0, 1],
  report: { format, path, in: "reports" },
})
const ran = (of: Check, report: string, outcome: Partial<Finished>): CheckRun => ({
  check: of,
  outcome: { finished: true, exitCode: 0, files: {}, out, ...outcome },
  report: [report],
  workdir: "/app",
})
const about = { name: "web", component, manifest: "web/package.json", place: "web", tools: [] }
const noTests = {
  check: check("vitest", "vitest-json", "vitest.json"),
  report: [recorded("vitest/pass.json")],
}
const eslint = check("eslint", "eslint-json", "eslint.json")

describe("X2 a check never judges a tree that it changed", () => {
  const clean = JSON.stringify([{ filePath: "/app/src/a.ts", messages: [] }])
  const judged = (changed: readonly string[], report = clean) =>
    lint.decide(lint.read([{ ...about, run: ran(eslint, report, { changed }) }]), config, undefined)

  test("X2 a script that repairs files and then finds nothing is an error that names them", () => {
    expect(judged(["src/a.ts"]).errors).toEqual([
      "web: its command changed src/a.ts: it has not judged the tree as it is",
    ])
    expect(judged([]).errors).toEqual([])
  })

  test("sibling of X2: what it still finds is told beside it", () => {
    const message = { ruleId: "no-eval", severity: 2, message: "no", line: 1, column: 1 }
    const report = JSON.stringify([{ filePath: "/app/src/a.ts", messages: [message] }])
    const both = judged(["1", "2", "3", "4", "5", "6"], report)
    expect(both.findings).toHaveLength(1)
    expect(both.errors).toEqual([
      "web: its command changed 1, 2, 3, 4, 5 and 1 more: it has not judged the tree as it is",
    ])
  })
})

describe("V09 the tool in the evidence", () => {
  const tool = { name: "tsc", version: "6.0.3", package: "typescript", script: "npm run typecheck" }
  const toolsOf = async (outcome: Partial<Finished>) => {
    const typecheck = { ...check("tsc", "tsc", "stdout.txt"), tool }
    const run = ran(typecheck, "/app/src/a.ts\n", outcome)
    const context = {
      config,
      checks: async () => ({ lint: typecheck }),
      runCheck: async () => run,
      request: () => ({ toolbox: { tools: {} }, component }),
    } as unknown as GateContext
    const { output } = await lint.run(context, undefined)
    return output[0]?.tools
  }

  test("V09 has the version that is installed, and the script that started it", async () => {
    expect(await toolsOf({ version: "5.9.3" })).toEqual([
      { name: "tsc", version: "5.9.3", script: "npm run typecheck", image: "unresolved" },
    ])
    expect(await toolsOf({})).toMatchObject([{ version: "6.0.3" }])
  })
})

test("V09 comments that switch the compiler off are told, and refuse nothing", () => {
  const tsc = check("tsc", "tsc", "stdout.txt")
  const comments = [{ file: "src/a.ts", line: 3, text: "// @ts-ignore" }]
  const run = ran(tsc, "/app/src/a.ts\n", { comments })
  const judged = typecheck.decide(typecheck.read([{ ...about, run }]), config, undefined)
  expect(judged).toMatchObject({
    ...{ errors: [], summary: "web: 1 files, 1 switched off in the code", figures: { suppressed: 1 } },
    findings: [{ rule: "switched-off", severity: "info", location: { file: "web/src/a.ts", line: 3 } }],
  })
  expect(
    unit.decide(unit.read([{ ...about, run: { ...run, ...noTests } }]), config, undefined).findings,
  ).toEqual([])
})

describe("what a component is built with, and its check does not look at", () => {
  const aside = ["packages/parts/package.json"]

  test("is told beside what was found, and refuses nothing", () => {
    const [report = ""] = noTests.report
    const run = ran({ ...noTests.check, aside }, report, {})
    const judged = unit.decide(unit.read([{ ...about, run }]), config, undefined)
    expect(judged.summary).toMatch(/^web: \d+ passed.*, not looked at: packages\/parts$/)
    expect(judged.findings).toEqual([
      {
        ...{
          rule: "not-looked-at",
          severity: "info",
          component: "web",
          subject: "packages/parts/package.json",
        },
        message: "not looked at: packages/parts, which web is built with",
        location: { file: "packages/parts/package.json" },
      },
    ])
  })

  test("is told where the component has no such check itself, and not where it is a component", async () => {
    const context = (place: string) =>
      ({
        checks: async () => ({ unit: { notApplicable: "no script test", aside: [place] } }),
      }) as unknown as GateContext
    expect(await unit.appliesTo(config, context("packages/parts/package.json"))).toEqual({
      applies: false,
      why: "web: no script test; not looked at: packages/parts, which it is built with",
    })
    expect(await unit.appliesTo(config, context("web/package.json"))).toEqual({
      applies: false,
      why: "web: no script test",
    })
  })
})

describe("R8 a command that ends without a report", () => {
  const nothing = { glob: async () => [] } as unknown as Directory
  const result = (files: Readonly<Record<string, string>>): CommandResult => ({
    outcome: { finished: true, exitCode: 1, files, out: nothing },
    component: nothing,
    workdir: "/app",
  })

  test("R8 the missing package is named, where Vitest has no provider of coverage", async () => {
    const files = { "stderr.txt": recorded("vitest/no-coverage-provider.stderr.txt"), "stdout.txt": "" }
    const { outcome } = await reportOf(result(files), check("vitest", "vitest-json", "vitest.json"))
    expect(outcome).toMatchObject({
      finished: false,
      why: "vitest ended with 1 and did not write vitest.json: MISSING DEPENDENCY  Cannot find dependency '@vitest/coverage-v8'",
    })
  })

  const decided = (of: Check, report: string, files: Readonly<Record<string, string>>, gate: typeof lint) => {
    const run = ran(of, report, { exitCode: 1, files })
    return gate.decide(gate.read([{ ...about, run }]), config, undefined).errors
  }

  test("sibling of R8: a report that is empty, or another command's, is told with what was said beside it", () => {
    const files = { "eslint.json": "", "stderr.txt": "[warn] src/a.ts\n[warn] Code style issues found\n" }
    expect(decided(eslint, "", files, lint)).toEqual([
      expect.stringMatching(
        /the output of eslint cannot be read.*: \[warn\] src\/a\.ts \| \[warn\] Code style issues found$/s,
      ),
    ])
  })

  test("sibling of R8: a tool that looked at nothing is told with what was said beside it", () => {
    const tsc = check("tsc", "tsc", "stdout.txt")
    const files = { "stdout.txt": "", "stderr.txt": "prettier: 1 file differs\n" }
    expect(decided(tsc, "", files, lint)).toEqual(["web: tsc looked at no file: prettier: 1 file differs"])
  })

  test("where tests failed, their findings tell why", () => {
    const vitest = check("vitest", "vitest-json", "vitest.json")
    const run = ran(vitest, recorded("vitest/fail.json"), { exitCode: 1, files: { "stderr.txt": "noise" } })
    expect(unit.decide(unit.read([{ ...about, run }]), config, undefined).errors).toEqual([])
  })
})
