/**
 * `node measured.ts DIRECTORY SIZE`: what `gates` does with what tools have written, from reading it to the last report, in a
 * process of its own: its memory is that of this work, and of the modules that a call loads for it. Prints a Measured as JSON.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { type GateReportData, reportVerdict, type Waiver } from "../../src/domain/index.ts"
import { decideFindings } from "../../src/gates/engine/decide-findings.ts"
import { judgeTests } from "../../src/gates/engine/judge-tests.ts"
import { concludeGate } from "../../src/gates/engine/judgement.ts"
import { mergeJudgements } from "../../src/gates/engine/merge.ts"
import { readFindings } from "../../src/gates/formats/findings.ts"
import { readTests } from "../../src/gates/formats/tests.ts"
import {
  filesToShow,
  readGateReport,
  toHtml,
  toJson,
  toJUnit,
  toMarkdown,
  toSarif,
} from "../../src/report/index.ts"
import { rounded } from "../statistics.ts"
import { workdir } from "./outputs.ts"

export const measuredSchema = z.object({
  /** Seconds of each part, in the order in which they come. */
  parts: z.record(z.string(), z.number()),
  /** Seconds of the processor, of all threads: beside the parts they tell how busy the machine was otherwise. */
  processor: z.number(),
  mebibytes: z.number(),
})
export type Measured = z.output<typeof measuredSchema>

const date = "2026-11-01"
type Timed = <T>(part: string, work: () => T) => T

/** @throws Error where the report has another number of findings */
export function measure(directory: string, size: number): Measured {
  const parts: Record<string, number> = {}
  const timed: Timed = (part, work) => {
    const started = performance.now()
    const result = work()
    parts[part] = rounded((performance.now() - started) / 1000)
    return result
  }
  const started = process.cpuUsage()
  const report = judged(directory, timed)
  const text = timed("JSON", () => toJson(report))
  timed("SARIF", () => toSarif(report))
  timed("JUnit", () => toJUnit(report))
  timed("Markdown", () => toMarkdown(report))
  const files = new Map(filesToShow(report).map((file) => [file, "const value = 1\n".repeat(400)]))
  timed("HTML", () => toHtml(report, files))
  // As `explain --report` and the next release do.
  const again = timed("reading the JSON", () => readGateReport(text))
  const found = again?.gates.reduce((sum, gate) => sum + gate.findings.length + gate.waived.length, 0)
  if (found !== size) throw new Error(`the report has ${found} findings of ${size}`)
  const { user, system } = process.cpuUsage(started)
  const { maxRSS } = process.resourceUsage()
  return { parts, processor: rounded((user + system) / 1e6), mebibytes: rounded(maxRSS / 1024) }
}

function judged(directory: string, timed: Timed): GateReportData {
  const text = (name: string) => readFileSync(join(directory, name), "utf8")
  const about = (name: string) => ({ name, path: name, workdir })
  const [web, api, tests] = timed("reading", () => [
    readFindings("eslint-json", [text("eslint.json")], about("web")),
    readFindings("sarif", [text("results.sarif")], about("api")),
    readTests("junit", [text("junit.xml")], about("web")),
  ])
  return timed("merging", () => {
    const lint = mergeJudgements([
      decideFindings("web", web, 1, "eslint"),
      decideFindings("api", api, 1, "scanner"),
    ])
    const base = { kind: "quality", required: true, skipped: [] } as const
    const results = [
      concludeGate({ ...base, name: "lint", title: "Lint" }, lint, waiversOf(lint.findings), date),
      concludeGate(
        { ...base, name: "unit", title: "Unit tests" },
        judgeTests("web", tests, 1, "vitest"),
        [],
        date,
      ),
    ]
    const gates = results.map(({ result }) => result)
    return {
      ...{ schemaVersion: 1, project: "bench", date, context: "branch", partial: false },
      ...{ verdict: reportVerdict(gates), gates, staleWaivers: results.flatMap(({ stale }) => stale) },
    }
  })
}

/** One for every hundredth finding: with a waiver, each finding's identity is computed. */
function waiversOf(findings: readonly { rule: string; subject: string; location?: { file: string } }[]) {
  return findings
    .filter((_, index) => index % 100 === 0)
    .map(
      ({ rule, subject, location }, index): Waiver => ({
        ...{ id: `W${index}`, gate: "lint", rule, subject, file: location?.file },
        ...{ reason: "accepted for the bench", owner: "bench", expires: "2026-12-01" },
      }),
    )
}

if (import.meta.main) {
  const [directory = "", size = ""] = process.argv.slice(2)
  process.stdout.write(`${JSON.stringify(measure(directory, Number(size)))}\n`)
}
