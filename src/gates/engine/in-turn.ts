import { availableParallelism } from "node:os"
import { type Directory, dag } from "@dagger.io/dagger"
import pLimit from "p-limit"
import { type GateResult, isBlocking } from "../../domain/index.ts"
import { type Concluded, skippedGate } from "./judgement.ts"
import type { Planned } from "./members.ts"

/** A gate that has come to its result. */
export interface Done extends Concluded {
  readonly name: string
  readonly raw: Directory
}

/** A gate of which nothing is known, because another one had blocked before it was its turn. */
export interface NotStarted {
  readonly gate: string
  readonly why: string
}

interface Turns {
  readonly parallel?: number
  readonly failFast?: boolean
  readonly told?: (progress: GateProgress) => void
}

/** A gate that has just come to its result, for whoever waits for the others. */
export interface GateProgress {
  readonly result: GateResult
  readonly seconds: number
  /** How many gates have come to theirs, this one included, of how many that run. */
  readonly done: number
  readonly of: number
}

/** As many as there are cores, because their tools compete for them; two on a single one, because some wait for downloads. */
const gatesAtOnce = (): number => Math.max(2, availableParallelism())

/** Those whose turn is early before the others, else in their order. */
function byTurn(all: readonly Planned[]): readonly Planned[] {
  const rank = ({ entry: { turn } }: Planned) => (turn === "early" ? 0 : turn === "late" ? 2 : 1)
  return all.toSorted((a, b) => rank(a) - rank(b))
}

/**
 * Judges by several gates at once, and gives their results in the order of `chosen`. With `failFast`, no further one starts
 * after the first whose result blocks; those that run already come to theirs. What was not started is listed: it is neither
 * skipped nor clean.
 */
export async function judgeInTurn(
  chosen: readonly Planned[],
  judge: (planned: Planned) => Promise<Done>,
  { parallel = gatesAtOnce(), failFast = false, told = () => {} }: Turns,
): Promise<{ readonly done: readonly Done[]; readonly notStarted: readonly NotStarted[] }> {
  const limited = pLimit(parallel)
  const running = byTurn(chosen.filter(({ notApplicable }) => notApplicable === undefined))
  let [first, count]: [Done | undefined, number] = [undefined, 0]
  const inTurn = async (planned: Planned): Promise<Done | NotStarted> => {
    if (failFast && first !== undefined) return notStarted(planned, first)
    const started = performance.now()
    const done = await judge(planned)
    if (isBlocking(done.result)) first ??= done
    count += 1
    const seconds = (performance.now() - started) / 1000
    told({ result: done.result, seconds, done: count, of: running.length })
    return done
  }
  const turns = new Map(running.map((planned) => [planned, limited(() => inTurn(planned))]))
  const all = await Promise.all(
    chosen.map(async (planned) => {
      const { entry, notApplicable = "", skipped } = planned
      const own = await turns.get(planned)
      return own ?? { name: entry.name, raw: dag.directory(), ...skippedGate(entry, notApplicable, skipped) }
    }),
  )
  return {
    done: all.filter((one): one is Done => "result" in one),
    notStarted: all.filter((one): one is NotStarted => !("result" in one)),
  }
}

function notStarted({ entry }: Planned, { name, result }: Done): NotStarted {
  return {
    gate: entry.name,
    why: `not started, because ${name} had ended with ${result.verdict} (--fail-fast)`,
  }
}
