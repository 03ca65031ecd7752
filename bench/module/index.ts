import { daggerOutput } from "../../test/engine/harness/index.ts"
import { machineNow } from "../machine.ts"
import { inTurn, pairsText, seconds } from "../measure.ts"
import { durationOf, type Pair, type Ratio, type Report, ratioOf } from "../report.ts"
import { makeSubjects, removeSubjects, type Subject, type Subjects } from "./subjects.ts"

export interface ModuleBenchOptions {
  /** Pairs of measurements for each figure. Default: 5. */
  readonly rounds?: number
  /** Leaves out the very first call, which needs an engine without cache and empties it. */
  readonly keepCache?: boolean
  readonly say: (line: string) => void
}

/** Largest good ratios against an empty module on the same runtime. */
const ratioGoals = {
  functions: 1.15,
  "after-body-edit": 1.3,
  "after-signature-edit": 1.3,
  "warm-call": 1.1,
} as const
/** Largest good seconds. */
const durationGoals = { "warm-call": 1.2, "same-call": 0.7, "after-edit": 5, "first-ever": 20 } as const

/** How long a user waits for the module itself, apart from what its functions do. */
export async function benchModule({
  rounds = 5,
  keepCache = false,
  say,
}: ModuleBenchOptions): Promise<Report> {
  const machine = machineNow()
  const subjects = await makeSubjects()
  try {
    for (const subject of [subjects.ours, subjects.empty]) await warmUp(subject)
    const measured = await measure(subjects, rounds, say)
    const ratios: Ratio[] = Object.entries(ratioGoals).map(([id, goal]) =>
      ratioOf(id, measured[id] ?? [], goal),
    )
    const ours = (id: string) => (measured[id] ?? []).map((pair) => pair.ours)
    const durations = [
      durationOf("warm-call", ours("warm-call"), durationGoals["warm-call"]),
      durationOf("same-call", ours("same-call"), durationGoals["same-call"]),
      durationOf("after-edit", ours("after-body-edit"), durationGoals["after-edit"]),
    ]
    if (!keepCache)
      durations.push(
        durationOf("first-ever", [await firstEver(subjects.ours, say)], durationGoals["first-ever"]),
      )
    return { schemaVersion: 1, ratios, durations, machine }
  } finally {
    await removeSubjects(subjects)
  }
}

type Way = (subject: Subject, fresh: string) => Promise<number>

/** What is measured: prepares without the clock, then returns the seconds of one command. */
const ways: Readonly<Record<string, Way>> = {
  functions: (subject) => secondsOf(subject, ["functions"]),
  "warm-call": (subject, fresh) => secondsOf(subject, ["call", ...subject.warmCall(fresh)]),
  "same-call": (subject) => secondsOf(subject, ["call", ...subject.warmCall("same")]),
  "after-body-edit": async (subject, fresh) => {
    await subject.editBody(fresh)
    return secondsOf(subject, ["call", ...subject.warmCall("same")])
  },
  "after-signature-edit": async (subject, fresh) => {
    await subject.editSignature(fresh)
    return secondsOf(subject, ["call", ...subject.warmCall("same")])
  },
}

/** Both subjects in turn. */
async function measure(
  { ours, empty }: Subjects,
  rounds: number,
  say: (line: string) => void,
): Promise<Record<string, Pair[]>> {
  const measured: Record<string, Pair[]> = {}
  for (const [id, way] of Object.entries(ways)) {
    const pairs: Pair[] = []
    for (let round = 0; round < rounds; round++) {
      const fresh = `${id}-${round}-${Date.now()}`
      const pair = await inTurn(
        round,
        () => way(ours, fresh),
        () => way(empty, fresh),
      )
      pairs.push(pair)
    }
    say(`${id}: ${pairsText(pairs)}`)
    measured[id] = pairs
  }
  return measured
}

async function warmUp(subject: Subject): Promise<void> {
  await secondsOf(subject, ["functions"])
  for (const fresh of ["same", "same", `warm-up-${Date.now()}`])
    await secondsOf(subject, ["call", ...subject.warmCall(fresh)])
}

/** A call on an engine that knows nothing: neither the SDK's image nor the API's client nor the packages. */
async function firstEver(subject: Subject, say: (line: string) => void): Promise<number> {
  await daggerOutput(["core", "engine", "local-cache", "prune"], { timeout: 300 })
  const found = await secondsOf(subject, ["call", ...subject.warmCall(`first-${Date.now()}`)])
  say(`first-ever: ${found.toFixed(2)} s`)
  return found
}

function secondsOf({ directory }: Subject, args: readonly string[]): Promise<number> {
  return seconds(() => daggerOutput(args, { cwd: directory, timeout: 600 }))
}
