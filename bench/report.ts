import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { repositoryRoot } from "../toolchain/paths.ts"
import { growthExponent, type Spread, spreadOf } from "./statistics.ts"

/** What every figure has. */
interface Judged {
  readonly id: string
  readonly ok: boolean
  /** What limits it, as it was measured beside it. Only where the goal is missed. */
  readonly note?: string
}

/** What a user waits for, against what he would wait for otherwise, measured in turn on one machine. */
export interface Ratio extends Judged {
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
}

/** A time that stands for itself. */
export interface Duration extends Judged {
  readonly seconds: Spread
  /** Largest median that is good, in seconds. */
  readonly goal: number
}

/** The most that a process has held of the machine's memory at once. */
export interface Memory extends Judged {
  readonly mebibytes: Spread
  /** Largest median that is good, in MiB. */
  readonly goal: number
}

/** How a time grows with the size of what is worked on. */
export interface Growth extends Judged {
  readonly points: readonly { readonly size: number; readonly seconds: Spread }[]
  /** 0 is not at all, 1 is in proportion, 2 is four times as long for twice the size. */
  readonly exponent: number
  /** Smallest size that the exponent is about: below it, what is the same for every size decides. */
  readonly from: number
  /** Largest exponent that is good. */
  readonly goal: number
}

/** How many things somebody has to write by hand. */
export interface Count extends Judged {
  readonly values: readonly string[]
  readonly count: number
  /** Largest count that is good. */
  readonly goal: number
}

/** What neither side has done, and why. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

export interface Report {
  readonly schemaVersion: 1
  readonly ratios: readonly Ratio[]
  readonly durations: readonly Duration[]
  /** Default: nothing was counted. */
  readonly counts?: readonly Count[]
  /** Default: no memory was measured. */
  readonly memory?: readonly Memory[]
  /** Default: nothing was measured at several sizes. */
  readonly growth?: readonly Growth[]
  /** Seconds of each part of what was compared or measured, by figure: they explain, and have no goal. */
  readonly parts?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Default: nothing was left out. */
  readonly leftOut?: readonly LeftOut[]
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

export function memoryOf(id: string, mebibytes: readonly number[], goal: number): Memory {
  const spread = spreadOf(mebibytes)
  return { id, mebibytes: spread, goal, ok: spread.median <= goal }
}

export function countOf(id: string, values: readonly string[], goal: number): Count {
  return { id, values, count: values.length, goal, ok: values.length <= goal }
}

/** @param from smallest size that the exponent is about. Default: all. */
export function growthOf(
  id: string,
  measured: readonly { readonly size: number; readonly seconds: readonly number[] }[],
  goal: number,
  from = 0,
): Growth {
  const points = measured.map(({ size, seconds }) => ({ size, seconds: spreadOf(seconds) }))
  const counted = points.filter(({ size }) => size >= from)
  const exponent = growthExponent(counted.map(({ size, seconds }) => ({ size, value: seconds.median })))
  return { id, points, exponent, from, goal, ok: exponent <= goal }
}

/** A figure with what limits it, where its goal is missed. */
export function noted<T extends Judged>(figure: T, note: string): T {
  return figure.ok ? figure : { ...figure, note }
}

/** Writes `out/bench/<name>.json` and returns its path. */
export async function writeReport(name: string, report: Report): Promise<string> {
  const directory = join(repositoryRoot, "out", "bench")
  await mkdir(directory, { recursive: true })
  const file = join(directory, `${name}.json`)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}
