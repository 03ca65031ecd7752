import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { expect } from "vitest"
import { parseConfig } from "../../../../src/config/index.ts"
import type { ToolFinding } from "../../../../src/domain/index.ts"
import { decideTreeRun } from "../../../../src/gates/engine/tree-tool/decide.ts"
import { type LinterForm, readTreeRun, type TreeRun } from "../../../../src/gates/engine/tree-tool/read.ts"
import { defaultSettings, type LinterSettings } from "../../../../src/gates/engine/tree-tool/settings.ts"
import type { Judgement } from "../../../../src/gates/gate.ts"
import { type Comparison, compare } from "../../../corpus/compare.ts"
import { readProject } from "../../../corpus/expected.ts"

interface Case {
  readonly exitCode: number
  readonly files: readonly string[]
  readonly stderr: string
}

/** What a linter of the tree once left (test/record/linters.ts), as its gate would get it. */
export function recordings(tool: string, version: string) {
  const directory = new URL(`../../../recorded/${tool}/`, import.meta.url)
  const { cases } = JSON.parse(readFileSync(new URL("cases.json", directory), "utf8")) as {
    readonly cases: Readonly<Record<string, Case>>
  }
  return (name: string): TreeRun => {
    const found = cases[name]
    if (found === undefined) throw new Error(`no recording ${name} of ${tool}`)
    const place = new URL(`${name}/`, directory)
    const names = existsSync(place) ? readdirSync(place) : []
    const files = Object.fromEntries(names.map((one) => [one, readFileSync(new URL(one, place), "utf8")]))
    return {
      tool: { name: tool, version, image: "registry.example/tool:1" },
      files: found.files,
      notLooked: [],
      outcome:
        found.exitCode === 0
          ? { finished: true, exitCode: 0, files, out: undefined as never }
          : { finished: false, why: found.stderr.trim() },
    }
  }
}

export const components = { components: { web: undefined as never } }

export function judge(
  run: TreeRun,
  form: LinterForm,
  what: string,
  settings: Partial<LinterSettings> = {},
): Judgement {
  return decideTreeRun(readTreeRun(run, form), what, components, { ...defaultSettings, ...settings })
}

/** A gate's project of the corpus: its files and its configuration. */
export function corpusOf(gate: string) {
  const project = readProject(gate)
  const files = readdirSync(project.tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.tree.length + 1))
  const config = parseConfig(readFileSync(join(project.tree, "signalbox.yaml"), "utf8"), "signalbox.yaml")
  return { project, files, config }
}

/** What a gate finds in its project of the corpus, held against what is planted there. */
export function comparison({ project }: ReturnType<typeof corpusOf>, judgement: Judgement): Comparison {
  const { findings, errors, summary } = judgement
  const gate = project.name
  const result = {
    ...{ gate, title: gate, verdict: errors.length > 0 ? "error" : "fail", summary },
    findings: findings.map((one) => ({ ...one, gate })),
  }
  return compare(project, { gates: [result as never] })
}

/** The same run, in a tree without a file that it could judge. */
export function nothingToJudge(run: TreeRun): TreeRun {
  if (!run.outcome.finished) throw new Error("it left no report")
  const looked = { version: run.tool.version, batches: [], silencers: [], empty: [], notLooked: [], code: [] }
  const files = { "looked.json": JSON.stringify(looked) }
  return { ...run, files: [], outcome: { ...run.outcome, files } }
}

/** The same run with another first report. */
export function withReport(run: TreeRun, text: string): TreeRun {
  if (!run.outcome.finished) throw new Error("it left no report")
  return { ...run, outcome: { ...run.outcome, files: { ...run.outcome.files, "report-1.txt": text } } }
}

export const reportOf = (run: TreeRun): string =>
  run.outcome.finished ? (run.outcome.files["report-1.txt"] ?? "") : ""

export const placesOf = (findings: readonly ToolFinding[]): readonly string[] =>
  findings.map(({ location, rule }) => `${location?.file}:${location?.line} ${rule}`).sort()

/** How many mutated reports are read: 10,000 in a full run. */
const runs = Number(process.env.SIGNALBOX_CASES ?? 1) > 1 ? 10_000 : 1000

/** Changes bytes of a report, cuts it, or leaves out or doubles a part of it. */
export function mutations(text: string): fc.Arbitrary<string> {
  const place = fc.nat(Math.max(0, text.length - 1))
  const part = fc.tuple(place, fc.integer({ min: 1, max: 60 }))
  return fc.oneof(
    place.map((end) => text.slice(0, end)),
    fc
      .tuple(place, fc.string({ minLength: 1, maxLength: 4 }))
      .map(([at, by]) => text.slice(0, at) + by + text.slice(at + by.length)),
    part.map(([at, length]) => text.slice(0, at) + text.slice(at + length)),
    part.map(([at, length]) => text.slice(0, at + length) + text.slice(at)),
    fc.constantFrom("", "null", "{}", "[]", '""', "[[]]", "[null]"),
  )
}

/**
 * Whatever the report of a run that is refused has become: it cannot be read, or it is refused still. A lost part of a list of
 * findings leaves others; of one finding alone, nothing may be lost.
 */
export function neverPasses(run: TreeRun, form: LinterForm): void {
  const refuses = (one: TreeRun) => {
    const { findings, errors } = judge(one, form, "files")
    return errors.length > 0 || findings.some(({ severity }) => severity !== "info" && severity !== "low")
  }
  expect(refuses(run)).toBe(true)
  fc.assert(
    fc.property(mutations(reportOf(run)), (text) => {
      let passed = false
      try {
        passed = !refuses(withReport(run, text))
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "OUTPUT_UNREADABLE" })
      }
      expect(passed, text).toBe(false)
    }),
    { numRuns: runs },
  )
}
