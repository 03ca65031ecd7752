import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises"
import { join } from "node:path"
import { StepError } from "./errors.ts"
import { execute } from "./exec.ts"
import { takeLock, takeTogether } from "./lock.ts"
import { lastLines, openLog } from "./log.ts"
import { exists, type StepOutputs } from "./plan.ts"
import type { Progress } from "./progress.ts"
import type { FetchContext, Step } from "./step.ts"

/** What building a step needs. */
export interface BuildContext {
  readonly root: string
  readonly cache: string
  readonly output: StepOutputs["output"]
  readonly progress: Progress
  /** Steps whose lock this run holds at the moment. */
  readonly held: Set<string>
  /**
   * Lock for heavy steps: one process of a machine at a time runs any, across cache directories and users, because only
   * that process knows how much of the machine's memory its steps use.
   */
  readonly heavyLock: string
  /** Added to the environment of a step's commands. */
  environment(step: Step): Readonly<Record<string, string>>
}

/** Number of outputs of earlier keys that are stored beside the current one, for a switch between two branches. */
const storedOlderOutputs = 1
const unfinished = ".unfinished"

/** Name of the lock that a process holds while it builds a step. */
export const stepLock = (cache: string, id: string): string => `step:${cache}:${id}`

/** Builds one step's output under its lock, unless another process just did. @throws StepError */
export async function make(step: Step, build: BuildContext): Promise<void> {
  const target = build.output(step.id)
  const onWait = (holder: string) => build.progress.waiting(step.id, holder)
  await watched(step.id, step.title, build, (logPath) =>
    holdingStep(step, step.id, build, async () => {
      // Only after the step's own lock: a process that waits for a step must not block the one that builds it.
      const releaseHeavy = step.heavy ? await takeTogether(build.heavyLock, step.title, onWait) : undefined
      try {
        if (!(await exists(target))) await makeOutput(step, target, logPath, build)
      } finally {
        await releaseHeavy?.()
      }
    }),
  )
}

/** Id of the downloads of a step in logs and messages. */
export const fetchId = (id: string): string => `${id}-downloads`

/** Downloads what a step will need, under the step's lock. @returns the paths that hold it @throws StepError */
export async function fetch(step: Step, build: BuildContext): Promise<readonly string[]> {
  const id = fetchId(step.id)
  let paths: readonly string[] = []
  await watched(id, `Download for: ${step.title}`, build, (logPath) =>
    holdingStep(step, id, build, async () => {
      // Another process may have built the step meanwhile.
      if (await exists(build.output(step.id))) return
      await logged(logPath, id, build, async (line) => {
        paths = (await step.fetch?.(context(step, line, build))) ?? []
      })
    }),
  )
  return paths
}

/** Runs work under a step's lock, which other processes wait for. */
async function holdingStep(
  step: Step,
  shownAs: string,
  { cache, progress, held }: BuildContext,
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

/** Reports progress, and turns every error into a StepError with the end of the log. */
async function watched(
  id: string,
  title: string,
  { cache, progress }: BuildContext,
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
  { progress }: BuildContext,
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

function context(step: Step, line: LogLine, { root, environment }: BuildContext): FetchContext {
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

async function makeOutput(step: Step, target: string, logPath: string, build: BuildContext): Promise<void> {
  const out = `${target}${unfinished}`
  await logged(logPath, step.id, build, async (line) => {
    await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    await step.run({
      ...context(step, line, build),
      out,
      output(id) {
        if (!step.needs.includes(id))
          throw new Error(`step ${step.id} reads ${id} without naming it in needs`)
        return build.output(id)
      },
    })
    // After a power cut a renamed directory may hold empty files unless its contents reached the disk first.
    await execute("sync", ["--file-system", out])
    await rename(out, target)
  })
  await removeOlder(target)
}

/** Removes all but the newest outputs of a step, and unfinished ones. */
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
  const gone = [...whole.slice(storedOlderOutputs), ...older.filter(({ path }) => path.endsWith(unfinished))]
  for (const { path } of gone) await rm(path, { recursive: true, force: true })
}
