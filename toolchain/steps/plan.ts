import { stat } from "node:fs/promises"
import { join } from "node:path"
import { keysOf } from "./key.ts"
import type { Step } from "./step.ts"

export interface PlanOptions {
  /** The repository's root; input files are relative to it. */
  readonly root: string
  /** The cache directory: outputs go to `steps/`, logs to `logs/`. */
  readonly cache: string
  /** Ids of the steps wanted; the steps that they need are built too. Default: all. */
  readonly only?: readonly string[]
}

/** Where the finished outputs are. */
export interface StepOutputs {
  /** Directory of a step's finished output. */
  output(id: string): string
  /** A step's key: changes whenever its output may have changed. */
  key(id: string): string
  /** Ids of the wanted steps that had no output when the call began: after `runSteps`, those that were built. */
  readonly missing: readonly string[]
}

/** Finds where outputs are or will be, and which are missing; builds none. @throws ToolchainError `STEP_GRAPH` */
export async function planSteps(steps: readonly Step[], options: PlanOptions): Promise<StepOutputs> {
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

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
