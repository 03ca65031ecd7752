import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execute } from "../../toolchain/steps/index.ts"
import { writeFiles } from "../example/files.ts"
import { machineNow } from "../machine.ts"
import { partsText } from "../render.ts"
import { durationOf, growthOf, memoryOf, noted, type Report } from "../report.ts"
import { spreadOf } from "../statistics.ts"
import { type Measured, measuredSchema } from "./measured.ts"
import { outputsOf } from "./outputs.ts"

export interface ReportsBenchOptions {
  /** Processes for each size. Default: 5. */
  readonly rounds?: number
  readonly say: (line: string) => void
}

/** From a report that somebody reads to the first one of a repository that nobody has looked after for years. */
const sizes = [10, 100, 1_000, 10_000, 100_000] as const

/**
 * What is good. 1,000 findings are more than anybody works off in a day: their reports must not be felt beside the tools that
 * found them. 100,000 take the tools minutes, and must neither take the minutes once more, nor the memory of a runner
 * with 7 GiB, which the engine and a linter beside it need. Sorting makes it a little more than in proportion: from 1,000
 * to 100,000, n·log(n) is size^1.11.
 */
const goals = { seconds: { 1000: 1, 100000: 10 }, mebibytes: { 100000: 1024 }, exponent: 1.2 } as const
/** Below it, what a process does once decides. */
const from = 1_000

type Runs = readonly Measured[]

/** What the reports of many findings cost: reading, merging and every form, each size in processes of its own. */
export async function benchReports({ rounds = 5, say }: ReportsBenchOptions): Promise<Report> {
  const machine = machineNow()
  const runs = new Map<number, Runs>()
  for (const size of sizes) {
    const found = await runsOf(size, rounds)
    runs.set(size, found)
    say(`reports of ${size} findings: ${found.map((one) => totalOf(one).toFixed(2)).join(" ")} s`)
  }
  return { schemaVersion: 1, ratios: [], ...figuresOf(runs), machine }
}

/** The figures of what was measured. @param runs by number of findings */
export function figuresOf(
  runs: ReadonlyMap<number, Runs>,
): Required<Pick<Report, "durations" | "memory" | "growth" | "parts">> {
  const of = (size: number): Runs => runs.get(size) ?? []
  const longest = partsText(medians(of(Math.max(...runs.keys()))))
  const parts = [...runs].map(([size, all]) => [idOf(size), { ...medians(all), ...processor(all) }] as const)
  const measured = [...runs].map(([size, all]) => ({ size, seconds: all.map(totalOf) }))
  return {
    durations: entries(goals.seconds).map(([size, goal]) =>
      noted(durationOf(idOf(size), of(size).map(totalOf), goal), partsText(medians(of(size)))),
    ),
    memory: entries(goals.mebibytes).map(([size, goal]) =>
      noted(memoryOf(`memory-${idOf(size)}`, of(size).map(memoryUsed), goal), memoryNote(runs)),
    ),
    growth: [noted(growthOf("reports-growth", measured, goals.exponent, from), longest)],
    parts: Object.fromEntries(parts),
  }
}

const idOf = (size: number): string => `reports-${size}`
const entries = (goals: Readonly<Record<number, number>>): (readonly [number, number])[] =>
  Object.entries(goals).map(([size, goal]) => [Number(size), goal] as const)
const memoryUsed = ({ mebibytes }: Measured): number => mebibytes
const totalOf = ({ parts }: Measured): number => Object.values(parts).reduce((sum, one) => sum + one, 0)

function medians(runs: Runs): Readonly<Record<string, number>> {
  const names = Object.keys(runs[0]?.parts ?? {})
  const all = names.map((name) => [name, spreadOf(runs.map(({ parts }) => parts[name] ?? 0)).median] as const)
  return Object.fromEntries(all)
}

/** Of all parts. Where it is much less than their sum, the machine had other work. */
function processor(runs: Runs): Readonly<Record<string, number>> {
  return { "processor, all of them": spreadOf(runs.map((one) => one.processor)).median }
}

/** What a process takes anyway, and what each finding adds to it. */
function memoryNote(runs: ReadonlyMap<number, Runs>): string {
  const [least, most] = [Math.min(...runs.keys()), Math.max(...runs.keys())]
  const used = (size: number) => spreadOf((runs.get(size) ?? []).map(memoryUsed)).median
  const each = ((used(most) - used(least)) * 1024) / (most - least)
  return `${least} findings take ${used(least).toFixed(0)} MiB, and each further one adds ${each.toFixed(1)} KiB`
}

async function runsOf(size: number, rounds: number): Promise<Runs> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-bench-"))
  try {
    const { eslint, sarif, junit } = outputsOf(size)
    await writeFiles({
      [join(directory, "eslint.json")]: eslint,
      [join(directory, "results.sarif")]: sarif,
      [join(directory, "junit.xml")]: junit,
    })
    const program = join(import.meta.dirname, "measured.ts")
    const runs: Measured[] = []
    for (let round = 0; round < rounds; round++) {
      const text = await execute(process.execPath, [program, directory, String(size)])
      runs.push(measuredSchema.parse(JSON.parse(text)))
    }
    return runs
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
