/** A rule is explained without a project, and by a report that a call has exported. */
import { join } from "node:path"
import { expect, it, vi } from "vitest"
import { finalError, startDagger } from "./harness/index.ts"
import { project } from "./support/project.ts"
import { libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const explained = (args: readonly string[], cwd = libraryRoot) =>
  startDagger(["call", "-m", libraryRoot, "explain", ...args], { cwd, timeout: 280 }).outcome

it("what a rule of Signalbox's own is, why it matters, how to mend and waive it", async () => {
  const { code, stdout } = await explained(["--rule", "policy-root-user"])
  expect(code).toBe(0)
  for (const head of ["What it is", "Why it matters", "How to mend it", "How to waive it"])
    expect(stdout).toContain(`### ${head}`)
})

it("a rule that nobody knows ends with 13 and the nearest names", async () => {
  const outcome = await explained(["--rule", "policy-rot-user"])
  expect(outcome.code).toBe(13)
  expect(finalError(outcome)).toMatch(/USAGE: there is no rule "policy-rot-user"[\s\S]*policy-root-user/)
})

it("a linter's rule by the report that has it; a file that is no report ends with 13", async () => {
  await using shop = await project()
  const basket = await shop.files.read("web/src/basket.ts")
  await shop.write({ "web/src/basket.ts": `${basket}export const value: any = 1\n` })
  const out = join(shop.files.path, "out")
  const exported = ["gates", "--only", "lint", "reports", "export", "--path", out]
  expect((await shop.call(exported, { timeout: 500 })).code).toBe(0)
  const rule = ["--rule", "@typescript-eslint/no-explicit-any"]
  const { stdout } = await explained([...rule, "--report", join(out, "report.json")])
  expect(stdout).toMatch(/In this report: 1 finding[\s\S]*web\/src\/basket\.ts/)
  const refused = await explained([...rule, "--report", join(out, "report.md")])
  expect(refused.code).toBe(13)
  expect(finalError(refused)).toMatch(/no report of gates/)
})
