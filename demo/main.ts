/**
 * The demo: a real release of examples/intelligent-agent, end to end, with the same CLI that a user has.
 *   npm run demo                      sets everything up, runs all steps, writes out/demo
 *   npm run demo -- --example NAME    releases another one of examples/ to staging and production, writes out/demo-NAME
 *   npm run demo -- --verify out/demo checks a finished run again, from its files alone
 */
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { misuse } from "../bin/bootstrap/arguments.mjs"
import { explain } from "../toolchain/commands/explain.ts"
import { exitCode, takeLock } from "../toolchain/steps/index.ts"
import { defaultExample, type Example, exampleNames, examples, leftOut, resultsOf } from "./examples.ts"
import { play } from "./play.ts"
import { Progress } from "./progress.ts"
import { reportHtml } from "./report/html.ts"
import { summaryMarkdown } from "./report/markdown.ts"
import { setUp } from "./set-up.ts"
import { Stage, type World } from "./stage.ts"
import { stepTitles } from "./steps.ts"
import type { StepSummary, Summary } from "./summary.ts"
import { checkExits, verifyDemo } from "./verify.ts"

const root = resolve(import.meta.dirname, "..")

async function main(): Promise<number> {
  const problem = misuse("demo", process.argv.slice(2))
  if (problem) {
    process.stderr.write(`${problem}\n`)
    return exitCode.usage
  }
  const { values } = parseArgs({ options: { verify: { type: "string" }, example: { type: "string" } } })
  if (values.verify !== undefined) return report(await verifyDemo(resolve(values.verify)))
  const example = examples[exampleNames.find((name) => name === values.example) ?? defaultExample]
  const progress = new Progress()
  // A second demo would empty the namespaces and the workspace that the first one is using.
  await takeLock("demo", "a demo", (holder) => progress.note(`Waiting for ${holder}`))
  const out = join(root, resultsOf(example))
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const world = await setUp(root, out, example, progress)
  const started = performance.now()
  const steps = await playAll(example, world, progress)
  const seconds = (performance.now() - started) / 1000
  const draft: Summary = { schemaVersion: 1, example: example.name, ok: false, seconds, steps }
  await writeSummary(out, draft)
  const problems = await verifyDemo(out)
  const summary = { ...draft, ok: problems.length === 0 }
  await writeSummary(out, summary)
  await writeFile(join(out, "summary.md"), summaryMarkdown(summary, problems))
  await writeFile(join(out, "report.html"), reportHtml(summary, problems))
  const files = ["report.html", "summary.md", "summary.json"].map((name) => `${resultsOf(example)}/${name}`)
  progress.note(`\n${files.join("   ")}   (${Math.round(summary.seconds)} s)`)
  return report(problems)
}

/** Stops after a step with an unexpected result: later steps build on it and would hide the cause. */
async function playAll(example: Example, world: World, progress: Progress): Promise<StepSummary[]> {
  const done: StepSummary[] = []
  for (const [index, id] of example.steps.entries()) {
    progress.step(index + 1, example.steps.length, stepTitles[id])
    const stage = new Stage(world, id, progress)
    const started = performance.now()
    await play[id](stage)
    const step = await stage.finish((performance.now() - started) / 1000)
    done.push(step)
    progress.stepEnded(step)
    if (checkExits(step).length > 0) break
  }
  for (const id of leftOut(example))
    progress.note(`left out, because it changes sources of ${defaultExample}: ${stepTitles[id]}`)
  return done
}

function writeSummary(out: string, summary: Summary): Promise<void> {
  return writeFile(join(out, "summary.json"), `${JSON.stringify(summary, undefined, 2)}\n`)
}

function report(problems: readonly string[]): number {
  for (const problem of problems) process.stdout.write(`  ${problem}\n`)
  process.stdout.write(
    problems.length === 0 ? "demo: every step ended as expected\n" : `demo: ${problems.length} problems\n`,
  )
  return problems.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = explain(error, (text) => process.stderr.write(text))
}
