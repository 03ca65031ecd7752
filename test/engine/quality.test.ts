/**
 * The gate quality through the engine: SonarQube as a service of the call's own, and servers that cannot judge. A server of its
 * own takes minutes and 3 GiB: with --full only. The images are built on demand: with --full, or where this file is named.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

const minute = 60_000
vi.setConfig({ testTimeout: 30 * minute, hookTimeout: 60 * minute })

const canary = "squ_canary0123456789canary0123456789canary01"
let here: Project
beforeAll(async () => {
  here = await project()
})
afterAll(() => here[Symbol.asyncDispose]())

async function configure(quality: string): Promise<void> {
  const text = await here.files.read("signalbox.yaml")
  const without = text.replace(/\n {2}quality: .*$/m, "")
  const gates = /^gates:.*$/m.test(without) ? without : `${without}\ngates:\n`
  await here.write({
    "signalbox.yaml": gates.replace(/^gates:.*$/m, (line) => `${line}\n  quality: ${quality}`),
  })
  await commitAll(here.files.path)
}

async function judge(...before: readonly string[]): Promise<GateResult> {
  const args = [...before, "gates", "--only", "quality", "json"]
  const outcome = await here.call(args, { env: { SONAR_TOKEN: canary }, timeout: 1700 })
  expect(finalError(outcome)).toBe("")
  expect(outcome.stdout + outcome.stderr).not.toContain(canary)
  const report: GateReportData = JSON.parse(outcome.stdout)
  const [result] = report.gates
  if (result === undefined) throw new Error("no gate was judged")
  return result
}

describe("without gates.quality", () => {
  it("no report lists the gate, and the function for dagger check ends with 0 and says why", async () => {
    const report: GateReportData = JSON.parse((await here.call(["gates", "json"])).stdout)
    expect(report.gates.map(({ gate }) => gate)).not.toContain("quality")
    const check = await here.call(["quality"])
    expect(check.code).toBe(0)
    expect(check.stdout).toContain("no gates.quality")
  })
})

describe.runIf(toolboxHas("sonarScanner"))("a given server", () => {
  it("that is away is an error, never a pass; and so is a call without a token", async () => {
    await configure('{ server: "http://127.0.0.1:1", wait: 10s }')
    const away = await judge("--sonar-token", "env://SONAR_TOKEN")
    expect(away).toMatchObject({ verdict: "error", summary: expect.stringContaining("SERVER_UNREACHABLE") })
    expect(await judge()).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining("SECRET_MISSING"),
    })
    const ended = await here.call(["quality"], { env: {} })
    expect(ended.code).toBe(11)
  })
})

describe.runIf(process.env.SIGNALBOX_FULL !== undefined && toolboxHas("sonarqube"))(
  "a server of the call's own",
  () => {
    it("passes a sound tree, and fails one with a bug at its file and line", async () => {
      await configure("{ wait: 20m }")
      expect(await judge()).toMatchObject({ verdict: "pass" })
      const bug =
        "export function same(a: string): number {\n  if (a === 'x') {\n    return 1\n  } else if (a === 'x') {\n    return 2\n  }\n  return 0\n}\n"
      await here.write({ "web/src/same.ts": bug })
      const failed = await judge()
      expect(failed.verdict, failed.summary).toBe("fail")
      expect(failed.findings).toContainEqual(
        expect.objectContaining({ location: expect.objectContaining({ file: "web/src/same.ts", line: 4 }) }),
      )
    })

    it("is an error where it is not up in time, never a pass", async () => {
      await configure("{ wait: 1s }")
      expect(await judge()).toMatchObject({
        verdict: "error",
        summary: expect.stringContaining("SERVER_NOT_READY"),
      })
    })
  },
)
