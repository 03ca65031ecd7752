/** The gates over a small project: it passes; each planted fault is found by its gate; what cannot be judged is an error. */
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll, git } from "./support/repository.ts"
import { withDependency, withLocked } from "./support/vulnerable.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project

beforeAll(async () => {
  shop = await project()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Changes files for the time of one judgement. */
async function judge(
  gate: string,
  changes: Readonly<Record<string, (text: string) => string>>,
): Promise<GateResult> {
  const before = new Map<string, string | undefined>()
  const changed: Record<string, string> = {}
  for (const [file, change] of Object.entries(changes)) {
    const text = await readFile(join(shop.files.path, file), "utf8").catch(() => undefined)
    before.set(file, text)
    changed[file] = change(text ?? "")
  }
  await shop.write(changed)
  try {
    const outcome = await shop.call(["gates", "--only", gate, "json"])
    expect(finalError(outcome)).toBe("")
    const report: GateReportData = JSON.parse(outcome.stdout)
    expect(report.partial).toBe(true)
    const [result] = report.gates
    if (result === undefined) throw new Error("no gate was judged")
    return result
  } finally {
    for (const [file, text] of before)
      await (text === undefined ? rm(join(shop.files.path, file)) : shop.write({ [file]: text }))
  }
}

it("a sound project passes every gate, and says against what it was held", async () => {
  const outcome = await shop.call(["gates", "json"])
  const report: GateReportData = JSON.parse(outcome.stdout)
  const verdicts = Object.fromEntries(
    report.gates.map(({ gate, verdict, summary }) => [gate, [verdict, summary]]),
  )
  expect(report.verdict, JSON.stringify(verdicts)).toBe("pass")
  expect(report.partial).toBe(false)
  expect(report.gates.find(({ gate }) => gate === "vulnerabilities")?.database).toMatchObject({
    name: "signalbox-fixture",
    date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}/),
    digest: expect.stringMatching(/^sha256:/),
  })
  // The chart is Signalbox's own: whoever uses it cannot change what Helm says of it.
  const hints = report.gates
    .flatMap(({ findings }) => findings)
    .filter(({ rule }) => rule.startsWith("helm-lint"))
  expect(hints).toEqual([])
})

it.each(["{ 100: true }", '{ "src/server.ts": { lines: 90 } }', "{ perFile: true, lines: 100 }"])(
  "G19 the project's own thresholds %s refuse nothing: the gate has its minimum",
  async (thresholds) => {
    const coverage = `{ provider: "v8", include: ["src/**/*.ts"], thresholds: ${thresholds} }`
    const settings = `import { defineConfig } from "vitest/config"\nexport default defineConfig({ test: { coverage: ${coverage} } })\n`
    const changes = { "web/vitest.config.ts": () => settings }
    expect(await judge("unit", changes)).toMatchObject({
      verdict: "pass",
      summary: expect.stringContaining("passed"),
    })
    expect(await judge("coverage", changes)).toMatchObject({ verdict: "pass" })
  },
)

describe("a planted fault", () => {
  it("a type error", async () => {
    const result = await judge("typecheck", {
      "web/src/basket.ts": (text) => `${text}export const x: number = "no"\n`,
    })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "TS2322", location: { file: "web/src/basket.ts" } }],
    })
  })

  it("a lint error", async () => {
    const result = await judge("lint", { "web/src/basket.ts": (text) => `${text}export const y: any = 1\n` })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "@typescript-eslint/no-explicit-any" }],
    })
  })

  it("a failing test", async () => {
    const result = await judge("unit", { "web/test/answer.test.ts": (text) => text.replace("1700", "1701") })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "test-failed", subject: "adds up the basket" }],
    })
  })

  it("code that nobody tests", async () => {
    const lines = Array.from({ length: 80 }, (_, n) => `  if (n === ${n}) return ${n + 1}`).join("\n")
    const untested = `\nexport function untested(n: number): number {\n${lines}\n  return 0\n}\n`
    const result = await judge("coverage", { "web/src/basket.ts": (text) => text + untested })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "coverage-below-minimum", component: "web" }],
    })
  })

  it("G05 code that no test loads", async () => {
    const lines = Array.from({ length: 80 }, (_, n) => `  if (n === ${n}) return ${n + 1}`).join("\n")
    const refund = `export function refund(n: number): number {\n${lines}\n  return 0\n}\n`
    const result = await judge("coverage", { "web/src/refund.ts": () => refund })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "coverage-below-minimum", component: "web" }],
    })
  })

  it("a secret in the tree, although a comment and a file of the tree allow it", async () => {
    const token = `ghp_${"A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"}`
    const result = await judge("secrets", {
      "web/src/token.ts": () => `export const token = "${token}" // gitleaks:allow\n`,
      ".gitleaksignore": () => "web/src/token.ts:github-pat:1\n",
    })
    expect(result.verdict).toBe("fail")
    expect(result.findings).toMatchObject([{ rule: "github-pat", location: { file: "web/src/token.ts" } }])
    expect(JSON.stringify(result)).not.toContain(token)
  })

  it("a secret that was committed and taken out again", async () => {
    const planted = await project()
    try {
      await planted.write({
        "web/src/token.ts": `export const t = "ghp_${"Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3i2"}"\n`,
      })
      await git(planted.files.path, "add", "--all")
      await git(planted.files.path, "commit", "--quiet", "--message", "feat: a token")
      await git(planted.files.path, "rm", "--quiet", "web/src/token.ts")
      await git(planted.files.path, "commit", "--quiet", "--message", "fix: no token")
      const outcome = await planted.call(["gates", "--only", "secrets", "json"])
      const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
      expect(result).toMatchObject({ verdict: "fail", findings: [{ rule: "github-pat" }] })
      expect(result?.findings[0]?.message).toContain("in commit")
    } finally {
      await planted[Symbol.asyncDispose]()
    }
  })

  it("a dependency with a known vulnerability", async () => {
    const result = await judge("vulnerabilities", {
      "web/package.json": (text) => withDependency(text),
      "web/package-lock.json": (text) => withLocked(text),
    })
    expect(result.verdict).toBe("fail")
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: "CVE-2019-10744", severity: "critical" }),
    )
  })

  it("an image over its budget", async () => {
    const result = await judge("images", {
      "signalbox.yaml": (text) => text.replace("port: 8080 }", "port: 8080, maxImageMb: 1 }"),
    })
    expect(result).toMatchObject({ verdict: "fail", findings: [{ rule: "image-too-large" }] })
  })

  it("a chart that breaks the policy", async () => {
    const result = await judge("charts", {
      "signalbox.yaml": (text) => `${text}chart: { path: chart }\n`,
      "chart/Chart.yaml": () => "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
      "chart/templates/pod.yaml": () =>
        "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: 'x:1', replica: 2 }] }\n",
    })
    expect(result.verdict).toBe("fail")
    const rules = result.findings.map(({ rule }) => rule)
    expect(rules).toEqual(
      expect.arrayContaining(["schema-invalid", "policy-image-digest", "policy-root-user"]),
    )
  })
})

describe("V07 C07 C06 C27 what an own chart shows", () => {
  const chart = {
    "signalbox.yaml": (text: string) => `${text}chart: { path: chart }\n`,
    "chart/Chart.yaml": () => "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  }

  it("V07 to an upgrade alone is judged, and what a deployment would fail by is found", async () => {
    const result = await judge("charts", {
      ...chart,
      "chart/templates/evil.yaml": () =>
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fine }\n{{- if .Release.IsUpgrade }}\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: evil }\nspec: { hostPID: true, containers: [{ name: c, image: 'x:1' }] }\n{{- end }}\n",
    })
    expect(result.verdict).toBe("fail")
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        rule: "policy-host-namespace",
        message: expect.stringContaining("(only in an upgrade)"),
      }),
    )
    expect(result.findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["image-unused", "access-service"]),
    )
  })
})

describe("what cannot be judged is an error, never a pass", () => {
  it("no advisory database", async () => {
    const result = await judge("vulnerabilities", {
      "toolbox.yaml": (text) => text.replace(/^databases:\n(?: .*\n)+/m, "databases: {}\n"),
    })
    expect(result).toMatchObject({ verdict: "error", summary: expect.stringContaining("DATABASE_MISSING") })
  })

  it("a database that calls itself something else", async () => {
    const result = await judge("vulnerabilities", {
      "toolbox.yaml": (text) => text.replace("name: signalbox-fixture", "name: trivy-db"),
    })
    expect(result).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining("calls itself signalbox-fixture"),
    })
  })

  it("a script that is named and does not exist", async () => {
    const result = await judge("lint", {
      "signalbox.yaml": (text) => text.replace("port: 8080 }", "port: 8080, scripts: { lint: style } }"),
    })
    expect(result).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining('has no script "style"'),
    })
  })

  it("a lint script that got lost, where ESLint is still configured", async () => {
    const result = await judge("lint", {
      "web/package.json": (text) => text.replace('"lint":', '"lnt":'),
      "web/src/answer.ts": (text) => `${text}export const loose: any = 1\n`,
    })
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "@typescript-eslint/no-explicit-any" }],
    })
  })

  it("no test at all", async () => {
    const result = await judge("unit", { "web/test/answer.test.ts": () => "export {}\n" })
    expect(result).toMatchObject({ verdict: "fail", findings: [{ rule: "suite-failed" }] })
  })

  it("a lint script that looks at nothing", async () => {
    const result = await judge("lint", { "web/package.json": (text) => text.replace('"eslint ."', '"true"') })
    expect(result.verdict).toBe("error")
  })

  it("a shallow clone ends with 13 and says how to fetch the rest", async () => {
    await shop.write({ ".git/shallow": "" })
    const outcome = await shop.call(["gates", "--only", "secrets", "markdown"])
    await rm(join(shop.files.path, ".git/shallow"))
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/SHALLOW_CLONE/)
  })

  it("a repository of something else is called that, also when it is a shallow clone", async () => {
    const other = await project()
    try {
      const strange = Array.from({ length: 40 }, (_, index) => [`other/${index}`, "x"] as const)
      await other.write(Object.fromEntries(strange))
      await commitAll(other.files.path)
      await other.write({ ".git/shallow": "" })
      const outcome = await shop.call(["--git", other.files.path, "gates", "--only", "secrets", "markdown"])
      expect(outcome.code).toBe(13)
      expect(finalError(outcome)).toMatch(/USAGE: the git repository is not the one of the source tree/)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })
})
