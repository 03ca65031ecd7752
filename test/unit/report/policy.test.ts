import { describe, expect, test } from "vitest"
import { type PolicyIdentity, sha256 } from "../../../src/domain/index.ts"
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
    expect(toMarkdown(judged)).toContain("not required")
  })
})
