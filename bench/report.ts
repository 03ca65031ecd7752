import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { repositoryRoot } from "../toolchain/paths.ts"
import { type Spread, spreadOf } from "./statistics.ts"

/** What a user waits for, against what he would wait for otherwise, measured in turn on one machine. */
export interface Ratio {
  readonly id: string
  /** Seconds, median. */
  readonly ours: number
  /** Seconds, median. */
  readonly other: number
  /** Of the pairs, each measured one right after the other. */
  readonly ratio: Spread
  /** Largest ratio that is good. */
  readonly goal: number
  /** Seconds of ours that the goal does not count. Default: none. */
  readonly allowance?: number
  readonly ok: boolean
}

/** A time that stands for itself. */
export interface Duration {
  readonly id: string
  readonly seconds: Spread
  /** Largest median that is good, in seconds. */
  readonly goal: number
  readonly ok: boolean
}

/** How many things somebody has to write by hand. */
export interface Count {
  readonly id: string
  readonly values: readonly string[]
  readonly count: number
  /** Largest count that is good. */
  readonly goal: number
  readonly ok: boolean
}

export interface Report {
  readonly schemaVersion: 1
  readonly ratios: readonly Ratio[]
  readonly durations: readonly Duration[]
  /** Default: nothing was counted. */
  readonly counts?: readonly Count[]
  /** What the figures depend on. */
  readonly machine: { readonly cores: number; readonly loadBefore: number }
}

/** Seconds of two ways to do something, measured one right after the other. */
export interface Pair {
  readonly ours: number
  readonly other: number
}

/** @param allowance seconds of ours beside the goal. */
export function ratioOf(id: string, pairs: readonly Pair[], goal: number, allowance = 0): Ratio {
  const ratio = spreadOf(pairs.map(({ ours, other }) => ours / other))
  const judged = spreadOf(pairs.map(({ ours, other }) => (ours - allowance) / other))
  const median = (pick: (pair: Pair) => number) => spreadOf(pairs.map(pick)).median
  return {
    id,
    ours: median((pair) => pair.ours),
    other: median((pair) => pair.other),
    ratio,
    goal,
    ...(allowance === 0 ? {} : { allowance }),
    ok: judged.median <= goal,
  }
}

export function durationOf(id: string, seconds: readonly number[], goal: number): Duration {
  const spread = spreadOf(seconds)
  return { id, seconds: spread, goal, ok: spread.median <= goal }
}

export function countOf(id: string, values: readonly string[], goal: number): Count {
  return { id, values, count: values.length, goal, ok: values.length <= goal }
}

/** Writes `out/bench/<name>.json` and returns its path. */
export async function writeReport(name: string, report: Report): Promise<string> {
  const directory = join(repositoryRoot, "out", "bench")
  await mkdir(directory, { recursive: true })
  const file = join(directory, `${name}.json`)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

/** A table for a person: one line per figure, missed goals marked. */
export function renderReport({ ratios, durations, counts = [] }: Report): string {
  const mark = (ok: boolean) => (ok ? "✓" : "✗")
  const lines = [
    ...ratios.map(
      ({ id, ours, other, ratio, goal, allowance, ok }) =>
        `${mark(ok)} ${id.padEnd(26)} ${ratio.median.toFixed(2)}× (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}), ` +
        `goal ${goal}×${allowance === undefined ? "" : ` + ${allowance} s`}: ${ours.toFixed(2)} s against ${other.toFixed(2)} s`,
    ),
    ...durations.map(
      ({ id, seconds, goal, ok }) =>
        `${mark(ok)} ${id.padEnd(26)} ${seconds.median.toFixed(2)} s (${seconds.min.toFixed(2)}–${seconds.max.toFixed(2)}), goal ${goal} s`,
    ),
    ...counts.map(
      ({ id, values, count, goal, ok }) =>
        `${mark(ok)} ${id.padEnd(26)} ${count}, goal ${goal}${count === 0 ? "" : `: ${values.join(", ")}`}`,
    ),
  ]
  return `${lines.join("\n")}\n`
}
