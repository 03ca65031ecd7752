/**
 * `node run-plan.ts PLAN`: runs several tools one after the other in one exec, each as run-tool.ts does. PLAN is a JSON
 * file with a list of {out, judged, seconds, command, input}. Stops at the first tool that comes to no judgement, and fails.
 */
import { readFileSync } from "node:fs"
import { runTool } from "./run-tool.ts"

export interface PlannedTool {
  readonly out: string
  readonly judged: readonly number[]
  readonly command: readonly string[]
  readonly input?: string
}

if (import.meta.main) {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly (PlannedTool & {
    readonly seconds: number
  })[]
  for (const { command, ...rest } of plan) {
    const [program = "", ...args] = command
    const exitCode = await runTool({ ...rest, command: program, args })
    if (exitCode !== 0) process.exit(exitCode)
  }
}
