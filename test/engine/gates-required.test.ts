/** What blocks and what warns, what is skipped, and what a release and its record make of it. */
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, ReleaseRecord } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project
let config: string

/** A shop whose lint fails, which has no types to check, and that requires for a release what holds. */
beforeAll(async () => {
  shop = await project()
  config = await readFile(join(shop.files.path, "signalbox.yaml"), "utf8")
  const manifest = JSON.parse(await readFile(join(shop.files.path, "web/package.json"), "utf8"))
  const { typecheck: _, ...scripts } = manifest.scripts
  const basket = await readFile(join(shop.files.path, "web/src/basket.ts"), "utf8")
  await rm(join(shop.files.path, "web/tsconfig.json"))
  await shop.write({
    "web/package.json": JSON.stringify({
      ...manifest,
      scripts: { ...scripts, build: "mkdir -p dist && echo 'setInterval(() => {}, 1e9)' > dist/server.js" },
    }),
    "web/src/basket.ts": `${basket}export const y: any = 1\n`,
  })
  await requires("[unit, secrets, images]")
})
afterAll(() => shop[Symbol.asyncDispose]())

const requires = (list: string, more = "") =>
  shop.write({
    "signalbox.yaml": `${config.replace("port: 8080 }", `port: 8080${more} }`)}gates: { required: { branch: ${list}, fork: ${list}, release: ${list} } }\n`,
  })

async function judged(...args: string[]): Promise<GateReportData> {
  const outcome = await shop.call(["gates", ...args, "json"])
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

const of = (report: GateReportData, name: string) => report.gates.find(({ gate }) => gate === name)

describe("a gate that is not required", () => {
  it("warns and does not block; one that has nothing to judge is skipped; neither is called clean", async () => {
    const report = await judged()
    expect(report).toMatchObject({ verdict: "pass", partial: false })
    expect(of(report, "lint")).toMatchObject({ verdict: "fail", required: false })
    expect(of(report, "typecheck")).toMatchObject({
      verdict: "skipped",
      summary: "web: no tsconfig.json, and no script typecheck",
    })
    const asserted = await shop.call(["gates", "assert"])
    expect(asserted.code).toBe(0)
    expect(asserted.stdout).toMatch(/pass, \d+ warnings?, \d+ skipped/)
    expect(asserted.stdout).toContain("⚠ warning: fail")
  })

  it("that cannot be judged without its database is a warning for a fork", async () => {
    const toolbox = await readFile(join(shop.files.path, "toolbox.yaml"), "utf8")
    await shop.write({ "toolbox.yaml": toolbox.replace(/^databases:\n(?: .*\n)+/m, "databases: {}\n") })
    const report = await judged("--context", "fork")
    await shop.write({ "toolbox.yaml": toolbox })
    expect(report.verdict).toBe("pass")
    expect(of(report, "vulnerabilities")).toMatchObject({ verdict: "error", required: false })
  })

  it("blocks when it is asked for by itself", async () => {
    expect((await shop.call(["gates", "--only", "lint", "assert"])).code).toBe(10)
    expect((await shop.call(["typecheck"])).code).toBe(0)
  })
})

it("a gate that signalbox.yaml requires by name and that has nothing to judge ends the call with 13", async () => {
  await requires("[unit, typecheck]")
  const outcome = await shop.call(["gates", "assert"])
  await requires("[unit, secrets, images]")
  expect(outcome.code).toBe(13)
  expect(finalError(outcome)).toMatch(
    /typecheck is required and has nothing to judge[\s\S]*gates\.required\.branch/,
  )
})

it("a check that a component has switched off is not run, and its reason is told", async () => {
  await requires("[unit, secrets, images]", ", checks: { lint: { off: linted elsewhere } }")
  const report = await judged("--only", "lint,unit")
  await requires("[unit, secrets, images]")
  expect(of(report, "lint")).toMatchObject({ verdict: "skipped", summary: "web: off: linted elsewhere" })
})

it("a release is judged by what it requires; its record has warnings and skipped gates for what they are", async () => {
  await commitAll(shop.files.path)
  const published = await shop.call(["publish", "--version", "1.0.0"])
  expect(finalError(published)).toBe("")
  const kept = await shop.call(["record", "--release", "1.0.0", "export", "--path", "out/record"])
  expect(finalError(kept)).toBe("")
  const record: ReleaseRecord = JSON.parse(
    await readFile(join(shop.files.path, "out/record/record.json"), "utf8"),
  )
  expect(record.gates.find(({ gate }) => gate === "lint")).toMatchObject({ verdict: "fail", required: false })
  expect(record.gates.find(({ gate }) => gate === "typecheck")).toMatchObject({ verdict: "skipped" })
  const verified = await shop.call(["verify-release", "--record", "out/record"])
  expect(verified.code).toBe(0)
  expect(verified.stdout).toContain("gate lint: not required, fail")
})

it("a release that a required gate refuses ends with 10, and the registry has nothing of it", async () => {
  const before = await publishedBy(shop.name)
  const test = "web/test/answer.test.ts"
  await shop.write({ [test]: (await shop.files.read(test)).replace("1700", "1701") })
  await commitAll(shop.files.path)
  const outcome = await shop.call(["publish", "--version", "1.1.0"])
  expect(outcome.code).toBe(10)
  expect(finalError(outcome)).toContain("adds up the basket")
  expect(await publishedBy(shop.name)).toEqual(before)
})
