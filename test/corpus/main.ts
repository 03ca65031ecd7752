/**
 * Has the real gates judge small projects with planted defects and with what only looks like one.
 *   npm run corpus                 all of them
 *   npm run corpus -- go charts    some
 * Writes out/test/corpus.json after each project. Ends with 0 where every planted defect was found by its gate at its place, and
 * nothing else was reported.
 */
import { mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { misuse } from "../../bin/bootstrap/arguments.mjs"
import { nearest } from "../../bin/bootstrap/nearest.mjs"
import { explain, imagesOnDemand, repositoryRoot, up } from "../../toolchain/index.ts"
import { exitCode } from "../../toolchain/steps/index.ts"
import { commitOf } from "../runner/report.ts"
import { projectNames, readProject } from "./expected.ts"
import { judgeProject } from "./judge.ts"
import { type CorpusReport, corpusReport, isAsExpected, type JudgedProject, placeOf } from "./result.ts"

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** What is wrong with the command line, in one line. */
function problemWith(args: readonly string[], all: readonly string[]): string | undefined {
  const unknown = args.find((arg) => !arg.startsWith("-") && !all.includes(arg))
  if (unknown === undefined) return misuse("corpus", [...args])
  const near = nearest(unknown, [...all])
  return `there is no project "${unknown}" in test/corpus; ${near ? `did you mean ${near}?` : `say one of: ${all.join(", ")}.`}`
}

async function writeReport(report: CorpusReport): Promise<void> {
  const directory = join(repositoryRoot, "out", "test")
  const file = join(directory, "corpus.json")
  await mkdir(directory, { recursive: true })
  await writeFile(`${file}.part`, `${JSON.stringify(report, null, 2)}\n`)
  await rename(`${file}.part`, file)
}

function tell({ project, comparison, seconds }: JudgedProject): void {
  const { found, missing, falsePositives, problems } = comparison
  const isGood = missing.length + falsePositives.length + problems.length === 0
  say(
    `${isGood ? "✓" : "✗"} ${project.name.padEnd(16)} ${found.length} of ${project.planted.length} found, ${project.clean.length} look-alikes, ${seconds.toFixed(0)} s`,
  )
  for (const { planted, wrongGate } of missing)
    say(
      `    missing: ${planted.gate} ${planted.rule} at ${placeOf(planted, planted.component)}${wrongGate === undefined ? "" : `, which ${wrongGate} reports`}`,
    )
  for (const { finding, clean } of falsePositives)
    say(
      `    reported: ${finding.gate} ${finding.rule} at ${placeOf(finding.location ?? {}, finding.component)}: ${finding.message}${clean === undefined ? "" : ` — clean: ${clean.why}`}`,
    )
  for (const problem of problems) say(`    ${problem}`)
}

async function main(names: readonly string[]): Promise<number> {
  const projects = names.map((name) => readProject(name))
  const { environment } = await up()
  Object.assign(process.env, environment)
  const needs = [...new Set(projects.flatMap((project) => project.needs))]
  if (needs.length > 0) await imagesOnDemand(needs)
  const commit = await commitOf(repositoryRoot)
  const isWhole = names.length === projectNames().length
  const judged: JudgedProject[] = []
  let report = corpusReport(judged, commit, isWhole)
  for (const project of projects) {
    const one = await judgeProject(project)
    tell(one)
    judged.push(one)
    report = corpusReport(judged, commit, isWhole)
    await writeReport(report)
  }
  const { planted, found, wrongGate, falsePositives, clean } = report
  say(
    `\n${found} of ${planted} planted defects found, ${wrongGate} by another gate; ${falsePositives} false alarms beside ${clean} look-alikes`,
  )
  return isAsExpected(report) ? 0 : exitCode.failed
}

const args = process.argv.slice(2)
const all = projectNames()
const problem = problemWith(args, all)
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = exitCode.usage
} else {
  try {
    process.exitCode = await main(args.length > 0 ? all.filter((name) => args.includes(name)) : all)
  } catch (error) {
    process.exitCode = explain(error, (text) => void process.stderr.write(text))
  }
}
