import { plainLines, SignalboxError } from "../../../domain/index.ts"
import type { StepContext } from "../step.ts"
import type { Hook } from "./details.ts"
import { container } from "./job.ts"
import type { Watched } from "./watch.ts"

/** How many of the last lines are requested: fewer, where they are longer than what is stored. */
const storedLines = [2_000, 200, 20]
const storedBytes = 4 * 1024 * 1024
/** Of a failed hook's log so many lines are printed, for a reader of the call's output alone. */
const shownLines = 20

/** Stores a hook's log. A log that cannot be stored does not change the hook's result. @returns its last line. */
export async function storeHookLog(context: StepContext, hook: Hook, watched: Watched): Promise<string> {
  try {
    const text = await read(context, watched)
    if (text === null) return ""
    const stored = await context.tools.storeLog(`hook-${hook.name}.log`, text)
    if (stored === null) {
      context.say(`${context.id}: log: left out, it may hold values of Secrets that cannot be read`)
      return ""
    }
    const lines = plainLines(stored).filter((line) => line.trim() !== "")
    if (!watched.state.passed)
      for (const line of lines.slice(-shownLines)) context.say(`${context.id} | ${line}`)
    return lines.at(-1)?.slice(0, 200) ?? ""
  } catch (error) {
    if (error instanceof SignalboxError && error.code === "CLUSTER_UNREACHABLE") throw error
    context.say(`${context.id}: log: not stored: ${error instanceof Error ? error.message : String(error)}`)
    return ""
  }
}

/**
 * The end of a log, which says why it failed. The API server cuts a log that is too long at its end, so that fewer
 * lines are requested; a line that it has cut is left out, because half a secret is not recognized as one.
 */
async function read({ api, plan }: StepContext, { pods }: Watched): Promise<string | null> {
  const pod = pods[0]?.metadata.name
  if (pod === undefined) return null
  const path = `/api/v1/namespaces/${plan.namespace}/pods/${pod}/log?container=${container}`
  let text: string | null = null
  for (const lines of storedLines) {
    text = await api.text(`${path}&tailLines=${lines}&limitBytes=${storedBytes}`)
    if (text === null || Buffer.byteLength(text) < storedBytes) return text
  }
  return `${text?.slice(0, text.lastIndexOf("\n") + 1)}(the rest of this log is too long to be stored)\n`
}
