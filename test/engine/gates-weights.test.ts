/** What the settings of gates make of real results: onFail, time-outs, --fail-fast and the security score. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import type { GateReportData, ReleaseRecord } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

let shop: Project
let config: string
let basket: string
let manifest: string

/** A shop whose lint fails, and that requires lint beside what holds. */
beforeAll(async () => {
  shop = await project()
  const read = (path: string) => readFile(join(shop.files.path, path), "utf8")
  config = await read("signalbox.yaml")
  basket = await read("web/src/basket.ts")
  manifest = await read("web/package.json")
  await shop.write({ "web/src/basket.ts": `${basket}export const y: any = 1\n` })
})
afterAll(() => shop[Symbol.asyncDispose]())

const list = "[lint, secrets, unit]"
const required = `{ branch: ${list}, fork: ${list}, release: ${list} }`
const settings = (more: string) =>
  shop.write({ "signalbox.yaml": `${config}gates: { required: ${required}${more} }\n` })

async function judged(...args: string[]): Promise<GateReportData> {
  const outcome = await shop.call(["gates", ...args, "json"])
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

const of = (report: GateReportData, name: string) => report.gates.find(({ gate }) => gate === name)

it("a gate that only warns lets a release go, and the record says that it failed", async () => {
  await settings("")
  expect((await shop.call(["gates", "assert"])).code).toBe(10)
  await settings(", onFail: { lint: warn }")
  const asserted = await shop.call(["gates", "assert"])
  expect(asserted.code).toBe(0)
  expect(asserted.stdout).toContain("**Did not pass, but only warns (onFail):** lint (fail).")
  expect((await shop.call(["lint"])).code).toBe(10)
  await commitAll(shop.files.path)
  expect(finalError(await shop.call(["publish", "--version", "1.0.0"]))).toBe("")
  const kept = await shop.call(["record", "--release", "1.0.0", "export", "--path", "out/record"])
  expect(finalError(kept)).toBe("")
  const record: ReleaseRecord = JSON.parse(
    await readFile(join(shop.files.path, "out/record/record.json"), "utf8"),
  )
  expect(record.gates.find(({ gate }) => gate === "lint")).toMatchObject({ verdict: "fail", onFail: "warn" })
  const verified = await shop.call(["verify-release", "--record", "out/record"])
  expect(verified.code).toBe(0)
  expect(verified.stdout).toContain("gate lint: onFail: warn, fail")
})

it("after the first gate that blocks, gates that wait for their turn are not started, and told so", async () => {
  await settings("")
  const report = await judged("--fail-fast")
  expect(report).toMatchObject({ verdict: "fail", partial: true })
  const names = [...report.gates, ...(report.notJudged ?? [])].map(({ gate }) => gate)
  expect(names).toEqual(expect.arrayContaining(["lint", "unit", "secrets", "vulnerabilities", "charts"]))
  expect(new Set(names).size).toBe(names.length)
})

it("a gate that hangs is an error that names its time-out, its tool is ended, and the others are judged", async () => {
  const hanging = JSON.parse(manifest)
  // The arguments of a linter are a comment to it.
  hanging.scripts.lint = "sleep 3600 #"
  await shop.write({ "web/package.json": JSON.stringify(hanging), "web/src/basket.ts": basket })
  await settings(", timeouts: { lint: 45s, unit: 45s, coverage: 45s, typecheck: 45s, integration: 45s }")
  const started = Date.now()
  const report = await judged("--only", "lint,secrets")
  expect(Date.now() - started).toBeLessThan(300_000)
  await shop.write({ "web/package.json": manifest })
  expect(of(report, "lint")?.verdict).toBe("error")
  expect(of(report, "lint")?.summary).toMatch(
    /time-out of 45s.*gates\.timeouts\.lint|did not end within 45 s/,
  )
  expect(of(report, "secrets")?.verdict).toBe("pass")
})

it("N31 below its threshold, and with any critical finding, the score refuses with its sentence; at the threshold it passes", async () => {
  await shop.write({ "web/src/basket.ts": basket, "web/package.json": manifest })
  const large = config.replace("port: 8080 }", "port: 8080, maxImageMb: 1 }")
  const scored = async (threshold: string): Promise<GateReportData> => {
    const weights = `{ required: ${required}, onFail: { secrets: warn }, security: { threshold: ${threshold}, required: [branch] } }`
    await shop.write({ "signalbox.yaml": `${large}gates: ${weights}\n` })
    return judged()
  }
  // The size of the image is one finding, of high severity.
  const first = of(await scored("0"), "security")
  expect(first?.figures.high).toBe(1)
  const score = first?.figures.score ?? 0
  expect(score).toBeLessThanOrEqual(95)
  const [at, above] = [await scored(score.toFixed(1)), await scored((score + 0.1).toFixed(1))]
  expect([at.verdict, of(at, "security")?.verdict]).toEqual(["pass", "pass"])
  expect([above.verdict, of(above, "security")?.summary]).toEqual([
    "fail",
    `Security score ${score.toFixed(1)} below threshold`,
  ])

  const token = `ghp_${"A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"}`
  await shop.write({ "web/src/token.ts": `export const token = "${token}"\n` })
  const leaked = await scored("0")
  expect(of(leaked, "secrets")).toMatchObject({ verdict: "fail", onFail: "warn" })
  expect(of(leaked, "security")?.summary).toBe("Security gate failed: 1 critical findings")
  const asserted = await shop.call(["gates", "assert"])
  expect(asserted.code).toBe(10)
  expect(finalError(asserted)).toContain("Security gate failed: 1 critical findings")
  expect(of(await judged("--only", "secrets"), "security")).toBeUndefined()
})
