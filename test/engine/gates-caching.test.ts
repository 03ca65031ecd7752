/** When a tool runs again: not for equal input, always after a crash. And how a report ends a call. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import type { GateReportData } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project
beforeAll(async () => {
  shop = await project()
})
afterAll(() => shop[Symbol.asyncDispose]())

const gate = async (name: string) => {
  const outcome = await shop.call(["gates", "--only", name, "json"])
  expect(finalError(outcome)).toBe("")
  return (JSON.parse(outcome.stdout) as GateReportData).gates[0]
}

it("a second judgement of the same tree runs no tool again, and one of its reports ends a call by its verdict", async () => {
  const exported = async (to: string) => {
    const outcome = await shop.call(["gates", "--only", "unit", "reports", "export", "--path", to])
    expect(finalError(outcome)).toBe("")
    // vitest writes the moment at which it began.
    return JSON.parse(await readFile(join(shop.files.path, to, "unit/web/vitest.json"), "utf8")).startTime
  }
  expect(await exported("out/second")).toBe(await exported("out/first"))
  const asserted = await shop.call(["gates", "--only", "unit", "assert", "--partial"])
  expect(asserted.code).toBe(0)
})

it("a release of what was judged in the working tree runs no tool again, nor does the next commit of the same files", async () => {
  // vitest writes the moment at which it began.
  const began = async (report: string) =>
    JSON.parse(await readFile(join(shop.files.path, report, "unit/web/vitest.json"), "utf8")).startTime
  const succeeds = async (...args: string[]) => expect(finalError(await shop.call(args))).toBe("")
  await succeeds(
    "gates",
    "--context",
    "release",
    "--only",
    "unit",
    "reports",
    "export",
    "--path",
    "out/judged",
  )
  for (const version of ["1.0.0", "1.0.1"]) {
    await shop.write({ "NOTES.txt": version })
    await commitAll(shop.files.path)
    await succeeds("publish", "--version", version)
    await succeeds("record", "--release", version, "export", "--path", `out/${version}`)
    expect(await began(`out/${version}/reports`)).toBe(await began("out/judged"))
  }
})

it("a tool that crashed runs again, though nothing has changed", async () => {
  const manifest = JSON.parse(await readFile(join(shop.files.path, "web/package.json"), "utf8"))
  const crash = "node -e \"console.error('crashed at',process.hrtime.bigint());process.exit(2)\" --"
  await shop.write({
    "web/package.json": JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, lint: crash } }),
  })
  const [first, second] = [await gate("lint"), await gate("lint")]
  expect(first?.verdict).toBe("error")
  expect(first?.summary).toMatch(/crashed at \d+/)
  expect(second?.summary).not.toBe(first?.summary)
  const asserted = await shop.call(["gates", "--only", "lint", "assert"])
  expect(asserted.code).toBe(11)
  await shop.write({ "web/package.json": JSON.stringify(manifest) })
})

it("a failing gate ends its own call with 10 and shows the finding", async () => {
  const file = "web/src/basket.ts"
  const text = await readFile(join(shop.files.path, file), "utf8")
  await shop.write({ [file]: `${text}export const x: number = "no"\n` })
  const outcome = await shop.call(["typecheck"])
  await shop.write({ [file]: text })
  expect(outcome.code).toBe(10)
  expect(finalError(outcome)).toContain("TS2322")
})
