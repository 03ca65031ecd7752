import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises"
import { join } from "node:path"
import { StepError } from "./errors.ts"
import { execute } from "./exec.ts"
import { takeLock, takeTogether } from "./lock.ts"
import { lastLines, openLog } from "./log.ts"
import { exists, type StepOutputs } from "./plan.ts"
import type { Progress } from "./progress.ts"
import type { FetchContext, Step } from "./step.ts"

/** Where and how steps are made. */
export interface Workshop {
  readonly root: string
  readonly cache: string
  readonly output: StepOutputs["output"]
  readonly progress: Progress
  /** Steps whose lock this run holds at the moment. */
  readonly held: Set<string>
  /**
   * Lock for heavy steps, of which only one process of a machine runs any at a time, whatever cache directory or user
   * it belongs to: memory is the machine's, and only that process knows what it has given away of it.
   */
  readonly heavyLock: string
  /** Added to the environment of a step's commands. */
  environment(step: Step): Readonly<Record<string, string>>
}

/** Outputs of earlier keys that stay beside the current one, for a switch between two branches. */
const keptOlderOutputs = 1
const unfinished = ".unfinished"

/** Name of the lock that whoever makes a step holds. */
export const stepLock = (cache: string, id: string): string => `step:${cache}:${id}`

/** Makes one step's output under its lock, unless another process just did. @throws StepError */
export async function make(step: Step, shop: Workshop): Promise<void> {
  const target = shop.output(step.id)
  const onWait = (holder: string) => shop.progress.waiting(step.id, holder)
  await watched(step.id, step.title, shop, (logPath) =>
    holdingStep(step, step.id, shop, async () => {
      // Only after the step's own lock: who waits for a step must not keep its maker from the heavy ones.
      const releaseHeavy = step.heavy ? await takeTogether(shop.heavyLock, step.title, onWait) : undefined
      try {
        if (!(await exists(target))) await makeOutput(step, target, logPath, shop)
      } finally {
        await releaseHeavy?.()
      }
    }),
  )
}

/** Id of the downloads of a step in logs and messages. */
export const fetchId = (id: string): string => `${id}-downloads`

/** Downloads what a step will need, under the step's lock. @returns the paths that hold it @throws StepError */
export async function fetch(step: Step, shop: Workshop): Promise<readonly string[]> {
  const id = fetchId(step.id)
  let paths: readonly string[] = []
  await watched(id, `Download for: ${step.title}`, shop, (logPath) =>
    holdingStep(step, id, shop, async () => {
      // Another process may have made the step meanwhile.
      if (await exists(shop.output(step.id))) return
      await logged(logPath, id, shop, async (line) => {
        paths = (await step.fetch?.(context(step, line, shop))) ?? []
      })
    }),
  )
  return paths
}

/** Does something under a step's lock, which others wait for. */
async function holdingStep(
  step: Step,
  shownAs: string,
  { cache, progress, held }: Workshop,
  work: () => Promise<void>,
): Promise<void> {
  const release = await takeLock(stepLock(cache, step.id), step.title, (holder) =>
    progress.waiting(shownAs, holder),
  )
  held.add(step.id)
  try {
    await work()
  } finally {
    held.delete(step.id)
    await release()
  }
}

/** Tells progress, and turns whatever goes wrong into a StepError with the end of the log. */
async function watched(
  id: string,
  title: string,
  { cache, progress }: Workshop,
  work: (logPath: string) => Promise<void>,
): Promise<void> {
  const started = Date.now()
  const elapsed = () => (Date.now() - started) / 1000
  const logPath = join(cache, "logs", `${id}.log`)
  progress.started(id, title)
  try {
    await work(logPath)
    progress.finished(id, elapsed())
  } catch (error) {
    progress.failed(id, elapsed())
    throw new StepError(id, logPath, await lastLines(logPath, 15), error)
  }
}

type LogLine = (text: string, quiet?: boolean) => void

async function logged(
  logPath: string,
  id: string,
  { progress }: Workshop,
  work: (line: LogLine) => Promise<void>,
): Promise<void> {
  const log = openLog(logPath)
  try {
    await work((text, quiet = false) => {
      log.line(text)
      if (!quiet) progress.line(id, text)
    })
  } catch (error) {
    log.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
    throw error
  } finally {
    log.close()
  }
}

function context(step: Step, line: LogLine, { root, environment }: Workshop): FetchContext {
  return {
    root,
    log: (text) => line(text),
    exec(command, args, options = {}) {
      line(`$ ${command} ${args.join(" ")}`, true)
      const env = { ...environment(step), ...options.env }
      return execute(command, args, { ...options, env, onLine: (text) => line(text) })
    },
  }
}

async function makeOutput(step: Step, target: string, logPath: string, shop: Workshop): Promise<void> {
  const out = `${target}${unfinished}`
  await logged(logPath, step.id, shop, async (line) => {
    await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    await step.run({
      ...context(step, line, shop),
      out,
      output(id) {
        if (!step.needs.includes(id))
          throw new Error(`step ${step.id} reads ${id} without naming it in needs`)
        return shop.output(id)
      },
    })
    // After a power cut a renamed directory may hold empty files unless its contents reached the disk first.
    await execute("sync", ["--file-system", out])
    await rename(out, target)
  })
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
