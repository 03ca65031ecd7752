import { type Downloads, downloadsOf } from "./downloads.ts"
import { thisMachine } from "./machine.ts"
import { type BuildContext, fetch, fetchId, make } from "./make.ts"
import { type PlanOptions, planSteps, type StepOutputs } from "./plan.ts"
import { type Progress, textProgress } from "./progress.ts"
import { type Load, startable, type Task } from "./schedule.ts"
import type { Cost, Step } from "./step.ts"

export interface RunnerOptions extends PlanOptions {
  /** The machine's resources. Default: those that are free when the run begins. */
  readonly machine?: Load
  /** Name of the lock for heavy steps. Default: the machine's. */
  readonly heavyLock?: string
  /** Default: text for a person on standard error. */
  readonly progress?: Progress
}

/** The cost of a step that was not measured yet. */
const guess = {
  heavy: { memory: 4, cores: 2, seconds: 60 },
  light: { memory: 0.5, cores: 0.5, seconds: 10 },
} as const

/** Unpacking and checking a download uses little of a core, for as long as the server takes to send it. */
const fetchLoad: Load = { memory: 0.25, cores: 0, downloads: 1 }
const fetchSeconds = 30

const costOf = (step: Step): Cost => step.cost ?? (step.heavy ? guess.heavy : guess.light)

/** A task with its work. */
interface Job extends Task {
  run(): Promise<void>
}

/**
 * Brings the outputs of steps up to date: each step whose key has no output yet runs, in parallel where needs, memory
 * and cores allow. An interrupted run leaves whole outputs or none, so the next run goes on from there.
 * Several processes may do this at once: one of them builds a step, the others wait and use its output.
 * @throws StepError for the first step that fails, after those that run have ended
 * @throws ToolchainError `STEP_GRAPH`
 */
export async function runSteps(steps: readonly Step[], options: RunnerOptions): Promise<StepOutputs> {
  const outputs = await planSteps(steps, options)
  if (outputs.missing.length === 0) return outputs
  const machine = options.machine ?? (await thisMachine())
  const progress = options.progress ?? textProgress()
  const environment = (step: Step) => goSettings(costOf(step), machine)
  const { root, cache, heavyLock = "heavy" } = options
  const held = new Set<string>()
  const build: BuildContext = { root, cache, heavyLock, output: outputs.output, progress, held, environment }
  const missing = steps.filter((step) => outputs.missing.includes(step.id))
  const withDownloads = (some: readonly Step[]) => some.filter((step) => step.fetch).map((step) => step.id)
  const downloads = downloadsOf(cache, new Set(withDownloads(missing)), withDownloads(steps), held)
  try {
    const jobs = missing.flatMap((step) => jobsOf(step, build, downloads))
    await runAll(jobs, machine)
  } finally {
    progress.close()
  }
  return outputs
}

/**
 * How Go builds. Its compiler and linker hardly collect garbage until they have a good part of the memory, which takes a
 * tenth less CPU time than collecting when the heap has grown fivefold, for the same binary. Each may have 3 GiB or a
 * quarter of what there is: four run at once at most. A build may use twice the cores that it is given, since half of
 * the time it waits for its longest package or its linker; more would change how much memory it takes at its peak.
 */
export function goSettings({ cores }: Cost, machine: Load): Readonly<Record<string, string>> {
  const memory = Math.min(3, machine.memory / 4)
  const threads = Math.max(1, Math.min(machine.cores, Math.round(2 * cores)))
  return { GOGC: "1600", GOMEMLIMIT: `${Math.round(memory * 1024)}MiB`, GOMAXPROCS: String(threads) }
}

function jobsOf(step: Step, build: BuildContext, downloads: Downloads): Job[] {
  const { memory, cores, seconds } = costOf(step)
  const job = { id: step.id, needs: step.needs, load: { memory, cores, downloads: 0 }, seconds }
  if (!step.fetch) return [{ ...job, run: () => make(step, build) }]
  const fetching: Job = {
    id: fetchId(step.id),
    needs: [],
    load: fetchLoad,
    seconds: fetchSeconds,
    run: async () => downloads.fetched(step.id, await fetch(step, build)),
  }
  const making = async () => {
    await make(step, build)
    await downloads.built(step.id)
  }
  return [fetching, { ...job, needs: [...step.needs, fetching.id], run: making }]
}

/** Runs each job once its needs are done and its resources are free; after a failure no further job starts. */
async function runAll(jobs: readonly Job[], machine: Load): Promise<void> {
  const finished = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const failures: unknown[] = []
  const start = (job: Job): Promise<void> =>
    job
      .run()
      .then(() => void finished.add(job.id))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(job.id))
  for (;;) {
    const situation = { finished, running: new Set(running.keys()) }
    if (failures.length === 0)
      for (const { id } of startable(jobs, situation, machine)) {
        const job = jobs.find((one) => one.id === id)
        if (job) running.set(id, start(job))
      }
    if (running.size === 0) break
    await Promise.race(running.values())
  }
  if (failures.length > 0) throw failures[0]
}
