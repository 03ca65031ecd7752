import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises"
import { cpus } from "node:os"
import { join } from "node:path"
import { StepError } from "./errors.ts"
import { execute } from "./exec.ts"
import { keysOf } from "./key.ts"
import { takeLock } from "./lock.ts"
import { lastLines, openLog } from "./log.ts"
import { type Progress, textProgress } from "./progress.ts"
import type { Step } from "./step.ts"

export interface RunnerOptions {
  /** The repository's root; input files are relative to it. */
  readonly root: string
  /** The cache directory: outputs go to `steps/`, logs to `logs/`. */
  readonly cache: string
  /** Ids of the steps wanted; what they need is made too. Default: all. */
  readonly only?: readonly string[]
  /** Steps that may run at once; default: one per core. */
  readonly parallel?: number
  /** Default: text for a person on standard error. */
  readonly progress?: Progress
}

/** Where the finished outputs are. */
export interface StepOutputs {
  /** Directory of a step's finished output. */
  output(id: string): string
  /** A step's key: changes whenever its output may have changed. */
  key(id: string): string
  /** Ids of the wanted steps that had no output when the call began: after `runSteps`, those that were made. */
  readonly missing: readonly string[]
}

/** Outputs of earlier keys that stay beside the current one, for a switch between two branches. */
const keptOlderOutputs = 1
const unfinished = ".unfinished"

/**
 * Brings the outputs of steps up to date: each step whose key has no output yet runs, in parallel where needs,
 * cores and weight allow. An interrupted run leaves whole outputs or none, so the next run goes on from there.
 * Several processes may do this at once: each step is made by one of them, the others wait and use it.
 * @throws StepError for the first step that fails, after those that run have ended
 * @throws ToolchainError `STEP_GRAPH`
 */
export async function runSteps(steps: readonly Step[], options: RunnerOptions): Promise<StepOutputs> {
  const outputs = await planSteps(steps, options)
  if (outputs.missing.length === 0) return outputs
  const progress = options.progress ?? textProgress()
  const missing = steps.filter((step) => outputs.missing.includes(step.id))
  try {
    await schedule(missing, options.parallel ?? cpus().length, (step) =>
      make(step, outputs.output, options, progress),
    )
  } finally {
    progress.close()
  }
  return outputs
}

/** Says where outputs are or will be and which are missing, without making any. @throws ToolchainError `STEP_GRAPH` */
export async function planSteps(steps: readonly Step[], options: RunnerOptions): Promise<StepOutputs> {
  const keys = await keysOf(steps, options.root)
  const key = (id: string): string => keys.get(id) ?? "unknown"
  const output = (id: string): string => join(options.cache, "steps", id, key(id))
  const wanted = withNeeds(steps, options.only)
  const present = await Promise.all(wanted.map((step) => exists(output(step.id))))
  return { output, key, missing: wanted.filter((_, index) => !present[index]).map((step) => step.id) }
}

function withNeeds(steps: readonly Step[], only?: readonly string[]): readonly Step[] {
  if (!only) return steps
  const wanted = new Set<string>()
  const add = (id: string) => {
    if (wanted.has(id)) return
    wanted.add(id)
    for (const need of steps.find((step) => step.id === id)?.needs ?? []) add(need)
  }
  for (const id of only) add(id)
  return steps.filter((step) => wanted.has(step.id))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Runs each step once its needs are done; after a failure nothing new starts. */
async function schedule(
  steps: readonly Step[],
  parallel: number,
  run: (step: Step) => Promise<void>,
): Promise<void> {
  const waiting = new Set(steps)
  const unfinished = new Set(steps.map((step) => step.id))
  const running = new Map<string, Promise<void>>()
  const failures: unknown[] = []
  let heavyRuns = false
  const ready = (step: Step) => !step.needs.some((need) => unfinished.has(need)) && !(step.heavy && heavyRuns)
  while (waiting.size > 0 || running.size > 0) {
    for (const step of waiting) {
      if (failures.length > 0 || running.size >= parallel || !ready(step)) continue
      waiting.delete(step)
      if (step.heavy) heavyRuns = true
      const done = run(step)
        .then(() => void unfinished.delete(step.id))
        .catch((error) => void failures.push(error))
        .finally(() => {
          running.delete(step.id)
          if (step.heavy) heavyRuns = false
        })
      running.set(step.id, done)
    }
    if (running.size === 0) break
    await Promise.race(running.values())
  }
  if (failures.length > 0) throw failures[0]
}

/** Makes one step's output under its lock, unless another process just did. */
async function make(
  step: Step,
  output: (id: string) => string,
  options: RunnerOptions,
  progress: Progress,
): Promise<void> {
  const started = Date.now()
  const elapsed = () => (Date.now() - started) / 1000
  const target = output(step.id)
  const logPath = join(options.cache, "logs", `${step.id}.log`)
  progress.started(step.id, step.title)
  const onWait = (holder: string) => progress.waiting(step.id, holder)
  const release = await takeLock(`step:${options.cache}:${step.id}`, step.title, onWait)
  // One heavy step per machine, whatever cache directory or user it belongs to: memory is the machine's.
  const releaseHeavy = step.heavy ? await takeLock("heavy", step.title, onWait) : undefined
  try {
    if (!(await exists(target))) await makeOutput(step, target, logPath, output, options, progress)
    progress.finished(step.id, elapsed())
  } catch (error) {
    progress.failed(step.id, elapsed())
    throw new StepError(step.id, logPath, await lastLines(logPath, 15), error)
  } finally {
    await releaseHeavy?.()
    await release()
  }
}

async function makeOutput(
  step: Step,
  target: string,
  logPath: string,
  output: (id: string) => string,
  options: RunnerOptions,
  progress: Progress,
): Promise<void> {
  const out = `${target}${unfinished}`
  const log = openLog(logPath)
  const line = (text: string) => {
    log.line(text)
    progress.line(step.id, text)
  }
  try {
    await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    await step.run({
      out,
      root: options.root,
      log: line,
      output(id) {
        if (!step.needs.includes(id))
          throw new Error(`step ${step.id} reads ${id} without naming it in needs`)
        return output(id)
      },
      exec(command, args, execOptions = {}) {
        log.line(`$ ${command} ${args.join(" ")}`)
        return execute(command, args, { ...execOptions, onLine: line })
      },
    })
    // After a power cut a renamed directory may hold empty files unless its contents reached the disk first.
    await execute("sync", ["--file-system", out])
    await rename(out, target)
  } catch (error) {
    log.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
    throw error
  } finally {
    log.close()
  }
  await removeOlder(target)
}

/** Keeps the newest outputs of a step; everything else of it, unfinished ones too, goes. */
async function removeOlder(target: string): Promise<void> {
  const directory = join(target, "..")
  const now = new Date()
  await utimes(target, now, now)
  const entries = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const path = join(directory, name)
      return { path, age: (await stat(path)).mtimeMs }
    }),
  )
  const older = entries.filter(({ path }) => path !== target).sort((a, b) => b.age - a.age)
  const whole = older.filter(({ path }) => !path.endsWith(unfinished))
  const gone = [...whole.slice(keptOlderOutputs), ...older.filter(({ path }) => path.endsWith(unfinished))]
  for (const { path } of gone) await rm(path, { recursive: true, force: true })
}
