import { type Directory, dag } from "@dagger.io/dagger"
import pLimit from "p-limit"
import { isBlocking } from "../../domain/index.ts"
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
}

/**
 * Judges by several gates at once. With `failFast`, no further one starts after the first whose result blocks; those that
 * run already come to theirs. What was not started is listed: it is neither skipped nor clean.
 */
export async function judgeInTurn(
  chosen: readonly Planned[],
  judge: (planned: Planned) => Promise<Done>,
  { parallel = 4, failFast = false }: Turns,
): Promise<{ readonly done: readonly Done[]; readonly notStarted: readonly NotStarted[] }> {
  const limited = pLimit(parallel)
  let first: Done | undefined
  const inTurn = async (planned: Planned): Promise<Done | NotStarted> => {
    if (failFast && first !== undefined) return notStarted(planned, first)
    const done = await judge(planned)
    if (isBlocking(done.result)) first ??= done
    return done
  }
  const all = await Promise.all(
    chosen.map((planned) => {
      const { entry, notApplicable, skipped } = planned
      if (notApplicable === undefined) return limited(() => inTurn(planned))
      return { name: entry.name, raw: dag.directory(), ...skippedGate(entry, notApplicable, skipped) }
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
