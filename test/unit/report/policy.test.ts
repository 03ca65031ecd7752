import { describe, expect, test } from "vitest"
import { type PolicyChange, type PolicyIdentity, sha256 } from "../../../src/domain/index.ts"
import { withPolicy } from "../../../src/gates/index.ts"
import { directory, toMarkdown } from "../../../src/report/index.ts"
import { gate, report } from "./reports.ts"

const hash = sha256("policy")
const base = { ref: "refs/remotes/origin/main", commit: "0123456789abcdef0123456789abcdef01234567", hash }

describe("V04 which policy judged", () => {
  test.each<[PolicyIdentity, string]>([
    [{ source: "base", ...base }, "Held against the policy of refs/remotes/origin/main at 0123456789ab."],
    [
      { source: "base", ...base, extends: `registry.example/policy:7@${hash}` },
      `at 0123456789ab. It extends registry.example/policy:7@${hash}.`,
    ],
    [{ source: "approved", ...base }, `approved as ${hash}`],
    [{ source: "first", ...base }, "has no signalbox.yaml yet. No evidence for a protected environment."],
    [
      { source: "own", hash, why: "the call has no git repository" },
      "the call has no git repository. No evidence",
    ],
  ])("is said in Markdown and HTML: %j", (policy, text) => {
    const files = directory(withPolicy(report([gate()]), policy, []))
    expect(files["report.md"]?.replaceAll("\\", "")).toContain(text)
    expect(files["report.html"]).toContain(text)
    expect(JSON.parse(files["report.json"] ?? "").policy).toEqual(policy)
  })

  test("reports of earlier versions say nothing of it", () => {
    expect(toMarkdown(report([gate()]))).not.toContain("Held against")
  })

  test("a change of it is a warning in every format, and changes no verdict", () => {
    const change = { path: "environments.production.protected", from: "true", to: "false" }
    const judged = withPolicy(report([gate()]), { source: "base", ...base }, [change])
    expect(judged.verdict).toBe("pass")
    const files = directory(judged)
    for (const name of ["report.md", "report.html", "report.sarif", "report.json"])
      expect(files[name]?.replaceAll("\\", ""), name).toContain("environments.production.protected")
    expect(files["junit.xml"]).toContain("1 setting differs from the policy of refs/remotes/origin/main")
    expect(toMarkdown(judged)).toContain("⚠ warning: changed")
  })

  const looser = { path: "components.web.coverageMinimum", from: "88", to: "80" }
  const stricter = { path: "gates.waivers.acceptedRisk", from: "90d", to: "30d", stricter: true as const }
  const judgedWith = (...changes: readonly PolicyChange[]) =>
    directory(withPolicy(report([gate()]), { source: "base", ...base }, changes))

  test("P06 changes have a heading of their own, with both values in a table", () => {
    const text = judgedWith(looser, stricter)["report.md"] ?? ""
    const section = text.slice(text.indexOf("### Policy changes")).split("\n\n")
    expect(section[0]).toBe("### Policy changes")
    expect(section[1]).toContain(
      "2 settings differ from the policy of refs/remotes/origin/main (1 of them stricter)",
    )
    expect(section[2]?.trimEnd().split("\n")).toEqual([
      "| Setting | On the base | Here | Effect |",
      "| --- | --- | --- | --- |",
      "| components.web.coverageMinimum | 88 | 80 | may let more through |",
      "| gates.waivers.acceptedRisk | 90d | 30d | stricter |",
    ])
    expect(text).not.toMatch(/policy: \d finding|policy \(fail\)/)
    const page = judgedWith(looser, stricter)["report.html"] ?? ""
    for (const cell of ["<code>90d</code>", "<code>30d</code>", "may let more through"])
      expect(page).toContain(cell)
  })

  test("P06 a stricter setting fails nothing, and is said to be a change all the same", () => {
    const files = judgedWith(stricter)
    const text = files["report.md"] ?? ""
    expect(text).toContain("| Policy changes | ✓ stricter |")
    expect(text).toContain(
      "A stricter setting is a change like any other: it is reviewed and approved with the rest.",
    )
    expect(text).not.toMatch(/warning|fail/)
    expect(JSON.parse(files["report.json"] ?? "").gates.at(-1)).toMatchObject({
      verdict: "pass",
      changes: [stricter],
    })
  })

  test("sibling of P06: one that may let more through stays a warning beside stricter ones", () => {
    const text = judgedWith(looser, stricter)["report.md"] ?? ""
    expect(text).toContain("pass, 1 warning")
    expect(text).toContain("| Policy changes | ⚠ warning: changed |")
  })

  test("sibling of P06: both values are whole: cut short, they could look alike", () => {
    const long = "x".repeat(1500)
    const text = judgedWith({ path: "toolbox.a", from: `${long}1`, to: `${long}2` })["report.md"] ?? ""
    expect([text.includes(`${long}1 |`), text.includes(`${long}2 |`)]).toEqual([true, true])
  })
})
