/** What a gate reports of its own accord is explained; a rule that nobody knows is 13 with the nearest names. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { explain } from "../../../pipelines/explain.ts"
import { endOfLifeRule } from "../../../src/domain/index.ts"
import { notLookedAt } from "../../../src/gates/engine/tree-tool/read.ts"
import { explainRule, ownRules } from "../../../src/gates/index.ts"
import { unparsed } from "../../../src/gates/static-analysis/reading.ts"
import { ownRules as staticRules } from "../../../src/gates/static-analysis/rules/index.ts"
import { ruleMarkdown } from "../../../src/report/index.ts"
import { finding } from "../report/reports.ts"

const files = ["src/gates", "src/chart"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(root, path)),
)

/** Every text that a source gives to `rule`, also one of several, and what a function that makes findings is given for it. */
function rulesIn(path: string): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)
  const makers = new Map<string, number>()
  const found: string[] = []
  const texts = (node: ts.Expression): readonly string[] => {
    if (ts.isStringLiteral(node)) return [node.text]
    if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)]
    if (ts.isBinaryExpression(node)) return texts(node.right)
    if (ts.isParenthesizedExpression(node)) return texts(node.expression)
    return []
  }
  const walk = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) {
      const index = node.parameters.findIndex((one) => one.name.getText(file) === "rule")
      if (index >= 0) makers.set(node.name.text, index)
    }
    if (ts.isPropertyAssignment(node) && node.name.getText(file) === "rule")
      found.push(...texts(node.initializer))
    if (
      ts.isVariableDeclaration(node) &&
      node.name.getText(file) === "rule" &&
      node.initializer !== undefined
    )
      found.push(...texts(node.initializer))
    ts.forEachChild(node, walk)
  }
  const calls = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const argument = node.arguments[makers.get(node.expression.getText(file)) ?? -1]
      if (argument !== undefined) found.push(...texts(argument))
    }
    ts.forEachChild(node, calls)
  }
  walk(file)
  calls(file)
  return found
}

const reported = files.filter((path) => !/\/(?:tool-)?rules\.ts$/.test(path)).flatMap(rulesIn)
/** Rules whose names are put together. */
const composed = [
  ...[...readFileSync("src/chart/policy.ts", "utf8").matchAll(/^ {4}id: "([a-z-]+)"/gm)].map(
    ([, id]) => `policy-${id}`,
  ),
  ...["error", "warning", "info"].map((level) => `helm-lint-${level}`),
  endOfLifeRule,
  notLookedAt,
  unparsed,
  ...staticRules.map(({ id }) => id),
]

test("they are found in the sources", () => {
  expect(reported).toEqual(
    expect.arrayContaining([
      ...["image-hardening", "image-too-large", "schema-missing", "manifest-unreadable", "javac-warning"],
      ...["secret-in-values", "secret-rendered", "placeholder", "mypy", "policy-change"],
    ]),
  )
  expect(composed.length).toBeGreaterThan(13)
})

test.each([...new Set([...reported, ...composed])].sort())("%s is explained", async (rule) => {
  const { own } = await explainRule(rule, [])
  expect(own?.what).toMatch(/\.$/)
  expect(own?.why).toMatch(/\.$/)
  expect(own?.mend).toMatch(/[.,)]/)
})

test("nothing is explained that no gate reports", async () => {
  const all = new Set([...reported, ...composed])
  expect([...(await ownRules()).keys()].filter((rule) => !all.has(rule))).toEqual([])
})

describe("a rule of a tool", () => {
  test.each([
    ["CVE-2021-23337", "https://nvd.nist.gov/vuln/detail/CVE-2021-23337"],
    ["GHSA-35jh-r3h4-6jhm", "https://github.com/advisories/GHSA-35jh-r3h4-6jhm"],
    ["TS2322", "https://www.typescriptlang.org/docs/"],
    ["actionlint/if-cond", "https://github.com/rhysd/actionlint/blob/main/docs/checks.md"],
    ["zizmor/artipacked", "https://docs.zizmor.sh/audits/#artipacked"],
    ["SC2086", "https://www.shellcheck.net/wiki/SC2086"],
    ["DL3008", "https://github.com/hadolint/hadolint/wiki/DL3008"],
    ["B602", "https://bandit.readthedocs.io/en/latest/plugins/index.html"],
    ["clippy::needless_return", "https://rust-lang.github.io/rust-clippy/master/index.html#needless_return"],
    ["E0308", "https://doc.rust-lang.org/error_codes/E0308.html"],
    ["F401", "https://docs.astral.sh/ruff/rules/"],
    ["@typescript-eslint/no-explicit-any", "https://typescript-eslint.io/rules/no-explicit-any"],
    ["import/no-cycle", "https://eslint.org/docs/latest/use/configure/plugins"],
  ])("%s is known by its name", async (rule, readOn) => {
    expect((await explainRule(rule, [])).tool?.readOn).toBe(readOn)
  })

  test("is known by a report that has it, with what the tool says and the waiver that would fit", async () => {
    const leak = { ...finding, gate: "secrets", rule: "generic-api-key", help: "https://rules.example/key" }
    const text = ruleMarkdown(await explainRule("generic-api-key", [leak, finding]))
    expect(text).toContain("Gate: secrets (Secrets in history and tree)")
    expect(text).toContain("The tool says: Command injection in lodash")
    expect(text).toContain("https\\://rules.example/key")
    expect(text).toContain('  subject: "lodash@4.17.20"')
    expect(text).toContain("### In this report: 1 finding")
  })
})

test("a rule that nobody knows ends with 13 and the nearest names", async () => {
  await expect(explainRule("policy-rot-user", [])).rejects.toMatchObject({
    exitCode: 13,
    detail: { next: expect.stringContaining("did you mean policy-root-user") },
  })
  await expect(explainRule("coverage", [])).rejects.toMatchObject({
    detail: { next: expect.stringContaining("coverage-below-minimum") },
  })
  await expect(explainRule("no-eval", [])).rejects.toMatchObject({
    detail: { next: expect.stringContaining("--report out/report.json") },
  })
})

test("the call prints it without a report, and refuses a file that is none", async () => {
  const told = await explain("policy-root-user", undefined)
  expect(told.stdout).toMatch(
    /### What it is[\s\S]*### Why it matters[\s\S]*### How to mend it[\s\S]*### How to waive it/,
  )
})
