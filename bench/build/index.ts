import { daggerOutput } from "../../test/engine/harness/index.ts"
import { component, makeProjects, type Projects } from "../example/project.ts"
import { machineNow } from "../machine.ts"
import {
  call,
  dockerBuild,
  emptyCache,
  emptyCall,
  emptySession,
  fresh,
  inTurn,
  pairsText,
  seconds,
  type Way,
} from "../measure.ts"
import { noted, type Pair, type Ratio, type Report, ratioOf } from "../report.ts"
import { spreadOf } from "../statistics.ts"

export interface BuildBenchOptions {
  /** Pairs of measurements for each figure. Default: 5. */
  readonly rounds?: number
  /** Leaves out the builds that need an engine without cache, and empty it. */
  readonly keepCache?: boolean
  readonly say: (line: string) => void
}

/** Each of them empties the engine's cache: minutes for every further pair. */
export const coldRounds = 3

interface Compared {
  /** Before each of the two. */
  readonly prepare?: (projects: Projects) => Promise<void>
  /** Before both of them. */
  readonly edit?: (projects: Projects, fresh: string) => Promise<void>
  /** Largest good ratio. */
  readonly goal: number
}

const warm: Readonly<Record<string, Compared>> = {
  "image-again": { goal: 1.25 },
  "image-after-edit": { edit: (projects, text) => projects.editSource(text), goal: 1 },
}
const cold: Readonly<Record<string, Compared>> = {
  "image-cold": { prepare: ({ ours }) => emptyCache(ours), goal: 1.15 },
}

const ours: Way<Projects> = (projects) =>
  call(projects.ours, ["build", "--component", component, "container", "sync"])
const plain: Way<Projects> = ({ docker }) =>
  seconds(() => daggerOutput([...dockerBuild(docker), "sync"], { timeout: 900 }))

/** The image of one component, against a plain Dockerfile with the same images by the same engine. */
export async function benchBuild({ rounds = 5, keepCache = false, say }: BuildBenchOptions): Promise<Report> {
  const machine = machineNow()
  await using projects = await makeProjects({ install: false })
  for (const way of [ours, plain]) await way(projects)
  const ratios: Ratio[] = []
  const parts = await costsOfEachCall(projects, rounds)
  const measure = async (figures: Readonly<Record<string, Compared>>, pairsOfEach: number) => {
    for (const [id, figure] of Object.entries(figures)) {
      const pairs = await pairsOf(projects, id, figure, pairsOfEach)
      say(`${id}: ${pairsText(pairs)}`)
      ratios.push(noted(ratioOf(id, pairs, figure.goal), limits(parts)))
    }
  }
  await measure(warm, rounds)
  if (!keepCache) await measure(cold, coldRounds)
  return { schemaVersion: 1, ratios, durations: [], parts: { "what every call costs": parts }, machine }
}

async function pairsOf(
  projects: Projects,
  id: string,
  { prepare, edit }: Compared,
  rounds: number,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = []
  const prepared = (way: Way<Projects>) => async () => {
    await prepare?.(projects)
    return way(projects)
  }
  for (let round = 0; round < rounds; round++) {
    await edit?.(projects, fresh(id))
    pairs.push(await inTurn(round, prepared(ours), prepared(plain)))
  }
  return pairs
}

/** Seconds of a call that builds nothing, on both sides: no build can take less. */
export interface CallCosts extends Readonly<Record<string, number>> {
  readonly ours: number
  readonly plain: number
}

async function costsOfEachCall({ ours }: Projects, rounds: number): Promise<CallCosts> {
  const [calls, sessions]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    calls.push(await emptyCall(ours))
    sessions.push(await emptySession())
  }
  return { ours: spreadOf(calls).median, plain: spreadOf(sessions).median }
}

/** Why it is not faster, as far as a call that builds nothing tells. */
export function limits({ ours, plain }: CallCosts): string {
  return `a call of the module that builds nothing takes ${ours.toFixed(2)} s, a session of the engine alone ${plain.toFixed(2)} s (measured here)`
}
