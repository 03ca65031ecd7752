import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { GateReportData, GateResult } from "../../../src/domain/index.ts"
import { finalError } from "../harness/index.ts"
import { type Project, project } from "./project.ts"
import { commitAll } from "./repository.ts"

export interface LinterGate {
  readonly gate: string
  /** Why it does not apply to a project without its files. Default: the project has some, and they are sound. */
  readonly nothing?: string
  /** A fault under a comment that would switch it off. */
  readonly fault: {
    readonly file: string
    readonly text: string
    readonly place: string
    /** What makes it the same fault in other code. */
    readonly change: readonly [string, string]
  }
  /** The tool's own settings, which would switch the fault off as well. */
  readonly settings: Readonly<Record<string, string>>
  /** The tool whose version the toolbox is made to state wrongly. */
  readonly wrongVersion: string
}

/** What every gate over files of the tree keeps, tried by its real tool. Its planted faults are in test/corpus. */
export function linterGate({ gate, nothing, fault, settings, wrongVersion }: LinterGate): void {
  let here: Project
  beforeAll(async () => {
    here = await project()
  })
  afterAll(() => here[Symbol.asyncDispose]())

  async function judge(): Promise<GateResult> {
    const outcome = await here.call(["gates", "--only", gate, "json"])
    expect(finalError(outcome)).toBe("")
    const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
    if (result === undefined) throw new Error("no gate was judged")
    return result
  }
  const placesOf = ({ findings }: GateResult) =>
    findings.map(({ location, rule }) => `${location?.file}:${location?.line} ${rule}`)
  const remove = (...files: readonly string[]) =>
    Promise.all(files.map((file) => rm(join(here.files.path, file), { recursive: true })))

  it("without its settings no report lists it, and the function for dagger check ends with 0 and says why", async () => {
    const report: GateReportData = JSON.parse((await here.call(["gates", "--skip", "images", "json"])).stdout)
    expect(report.gates.map((one) => one.gate)).not.toContain(gate)
    const check = await here.call([gate])
    expect(check.code).toBe(0)
    expect(check.stdout).toContain(`no gates.${gate}`)
  })

  const first =
    nothing === undefined
      ? "judges sound files"
      : "is skipped, with the reason, where there is nothing to judge"
  it(first, async () => {
    const text = await here.files.read("signalbox.yaml")
    const gates = /^gates:.*$/m.test(text) ? text : `${text}\ngates:\n`
    await here.write({
      "signalbox.yaml": gates.replace(/^gates:.*$/m, (line) => `${line}\n  ${gate}: {}`),
    })
    await commitAll(here.files.path)
    const expected = nothing === undefined ? { verdict: "pass" } : { verdict: "skipped", summary: nothing }
    expect(await judge()).toMatchObject(expected)
  })

  it("neither a comment nor settings of the tree switch a fault off", async () => {
    await here.write({ [fault.file]: fault.text, ...settings })
    const result = await judge()
    await remove(fault.file, ...Object.keys(settings))
    expect(placesOf(result)).toContain(fault.place)
    expect(result.summary).not.toContain("could not be judged")
  })

  it("a fault is known by its code: below a line more it is the same, and another one in its place is not", async () => {
    const subjectsOf = async (text: string) => {
      await here.write({ [fault.file]: text })
      const { findings } = await judge()
      await remove(fault.file)
      const [, rule] = fault.place.split(" ")
      return findings.flatMap((one) => (one.rule === rule ? one.subject : []))
    }
    const before = await subjectsOf(fault.text)
    expect(await subjectsOf(fault.text.replace("\n", "\n\n"))).toEqual(before)
    const other = fault.text.replace(...fault.change)
    expect(await subjectsOf(other)).not.toEqual(before)
  })

  it("another version of the tool than the toolbox states has judged nothing, and is told", async () => {
    const toolbox = await here.files.read("toolbox.yaml")
    const line = new RegExp(`(\\n {2}${wrongVersion}:[^\\n]*(?:\\n {4}[^\\n]*)*?version: )\\S+`)
    await here.write({ [fault.file]: fault.text, "toolbox.yaml": toolbox.replace(line, "$10.0.1") })
    const result = await judge()
    await here.write({ "toolbox.yaml": toolbox })
    await remove(fault.file)
    // What another tool of the gate has found still refuses.
    const verdict = result.findings.length > 0 ? "fail" : "error"
    const summary = expect.stringMatching(/could not be judged: .*the toolbox names 0\.0\.1/)
    expect(result).toMatchObject({ verdict, summary })
  })
}
