import { readGateReport } from "../../src/report/index.ts"
import { daggerOutput } from "../../test/engine/harness/index.ts"
import { coldRounds } from "../build/index.ts"
import { machineNow } from "../machine.ts"
import { emptyCache, emptyCall, fresh, inTurn, pairsText, seconds } from "../measure.ts"
import { partsText } from "../render.ts"
import { type LeftOut, noted, type Pair, type Ratio, type Report, ratioOf } from "../report.ts"
import { benchReports } from "../reports/index.ts"
import { spreadOf } from "../statistics.ts"
import { componentGrowth } from "./growth.ts"
import { hostTools } from "./host-tools.ts"
import { makeTrees, type Trees } from "./project.ts"
import { runScript, type ScriptRun } from "./run-script.ts"
import { type Command, installs, leftOut, scriptGates, scriptOf } from "./script.ts"

export interface GatesBenchOptions {
  /** Pairs of measurements for each figure. Default: 5. */
  readonly rounds?: number
  /** Leaves out the runs that need an engine without cache, and empty it. */
  readonly keepCache?: boolean
  readonly say: (line: string) => void
}

interface Compared {
  readonly commands: readonly Command[]
  /** Before both. */
  readonly edit?: () => Promise<void>
  /** Before each of the two. */
  readonly prepare?: () => Promise<void>
  readonly pairs: number
  /** Largest good ratio. */
  readonly goal: number
}

/** All gates of the example by one call, against the same tools one after the other; then what grows. */
export async function benchGates({ rounds = 5, keepCache = false, say }: GatesBenchOptions): Promise<Report> {
  const machine = machineNow()
  const tools = await hostTools()
  const left = leftOut(tools)
  await using trees = await makeTrees(tools)
  const ours = () => judge(trees.ours, left)
  const commands = scriptOf(trees.script, tools)
  await runScript([...installs(trees.script), ...commands], trees.environment)
  await ours()
  const costs: number[] = []
  for (let round = 0; round < rounds; round++) costs.push(await emptyCall(trees.ours))
  const everyCall = spreadOf(costs).median
  const figures = comparedFigures(trees, { commands, rounds, keepCache })
  const ratios: Ratio[] = []
  const parts: Record<string, Record<string, number>> = {}
  for (const [id, figure] of Object.entries(figures)) {
    const { pairs, runs } = await compare(figure, ours, trees)
    say(`${id}: ${pairsText(pairs)}`)
    const script = medianParts(runs)
    parts[`script of ${id}`] = script
    ratios.push(noted(ratioOf(id, pairs, figure.goal), limits(everyCall, script)))
  }
  parts["what every call costs"] = { ours: everyCall }
  const components = await componentGrowth({ rounds, say })
  const reports = await benchReports({ rounds, say })
  return {
    schemaVersion: 1,
    ratios,
    durations: [...components.durations, ...reports.durations],
    growth: [...components.growth, ...(reports.growth ?? [])],
    ...(reports.memory === undefined ? {} : { memory: reports.memory }),
    parts: { ...parts, ...reports.parts },
    ...(left.length === 0 ? {} : { leftOut: left }),
    machine,
  }
}

/** Seconds of one call of all gates that the script runs, too. */
async function judge(directory: string, left: readonly LeftOut[]): Promise<number> {
  const skipped = left.length === 0 ? [] : ["--skip", left.map(({ what }) => what).join(",")]
  let report = ""
  const took = await seconds(async () => {
    const args = ["call", "gates", ...skipped, "json"]
    report = await daggerOutput(args, { cwd: directory, timeout: 900 })
  })
  assertJudged(report, left)
  return took
}

/** @throws Error where a gate has not judged: a figure is about all that the script does, or there is none */
export function assertJudged(report: string, left: readonly LeftOut[]): void {
  const gates = readGateReport(report)?.gates ?? []
  for (const name of scriptGates.filter((gate) => !left.some(({ what }) => what === gate))) {
    const { verdict = "missing", summary = "" } = gates.find(({ gate }) => gate === name) ?? {}
    if (!["pass", "waived", "fail"].includes(verdict))
      throw new Error(`gate ${name} has not judged: ${verdict} ${summary}`)
  }
}

/** A developer's script does not install again what is there; on a machine without anything, both install. */
function comparedFigures(
  trees: Trees,
  about: { readonly commands: readonly Command[]; readonly rounds: number; readonly keepCache: boolean },
): Readonly<Record<string, Compared>> {
  const { commands, rounds, keepCache } = about
  return {
    "gates-again": { commands, pairs: rounds, goal: 0.1 },
    "gates-one-file": {
      ...{ commands, pairs: rounds, goal: 0.5 },
      edit: () => trees.editSource(fresh("gates-one-file")),
    },
    ...(keepCache
      ? {}
      : {
          "gates-cold": {
            ...{ commands: [...installs(trees.script), ...commands], pairs: coldRounds, goal: 0.7 },
            prepare: async () => {
              await trees.uninstall()
              await emptyCache(trees.ours)
            },
          },
        }),
  }
}

async function compare(
  { commands, edit, prepare, pairs: count }: Compared,
  ours: () => Promise<number>,
  trees: Trees,
): Promise<{ readonly pairs: readonly Pair[]; readonly runs: readonly ScriptRun[] }> {
  const pairs: Pair[] = []
  const runs: ScriptRun[] = []
  const prepared = (work: () => Promise<number>) => async () => {
    await prepare?.()
    return work()
  }
  const script = async () => {
    const run = await runScript(commands, trees.environment)
    runs.push(run)
    return run.seconds
  }
  for (let round = 0; round < count; round++) {
    await edit?.()
    pairs.push(await inTurn(round, prepared(ours), prepared(script)))
  }
  return { pairs, runs }
}

/** Of each part of the script, over its runs. */
export function medianParts(runs: readonly ScriptRun[]): Record<string, number> {
  const names = [...new Set(runs.flatMap(({ parts }) => Object.keys(parts)))]
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(runs.map(({ parts }) => parts[name] ?? 0)).median]),
  )
}

/** Why it is not faster, as far as what was measured beside it tells. */
export function limits(everyCall: number, script: Readonly<Record<string, number>>): string {
  return `a call that judges nothing takes ${everyCall.toFixed(2)} s (measured here); the script: ${partsText(script)}`
}
