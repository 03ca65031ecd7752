import { z } from "zod"
import { defaultExample, exampleNames } from "./examples.ts"
import { stepIds } from "./steps.ts"

const commandSchema = z.object({
  /** The command line, quoted for a shell; secrets appear by name only. */
  line: z.string(),
  exitCode: z.number().int(),
  /** File below the demo's directory with the command's output. */
  log: z.string(),
  seconds: z.number(),
})

const stepSchema = z.object({
  id: z.enum(stepIds),
  expected: z.string(),
  /** The exit code in words. */
  verdict: z.string(),
  /** Exit code of the step's deciding command. */
  exitCode: z.number().int(),
  seconds: z.number(),
  /** `environment/component` -> digest of the running pods' imageID, read with kubectl after the step. */
  digests: z.record(z.string(), z.string()),
  commands: z.array(commandSchema),
  /** Files below the demo's directory. */
  evidence: z.array(z.string()),
})

export const summarySchema = z.object({
  schemaVersion: z.literal(1),
  example: z.enum(exampleNames).default(defaultExample),
  ok: z.boolean(),
  seconds: z.number(),
  steps: z.array(stepSchema),
})

const verdictNames: Readonly<Record<number, string>> = {
  0: "pass",
  10: "failed",
  11: "error",
  12: "inconclusive",
  13: "usage",
  14: "locked",
  15: "rolled back",
  16: "refused",
  17: "waiting for approval",
  18: "a person is needed",
}

/** An exit code in words. */
export function verdictOf(exitCode: number): string {
  return verdictNames[exitCode] ?? `exit ${exitCode}`
}

export type Summary = z.infer<typeof summarySchema>
export type StepSummary = z.infer<typeof stepSchema>
export type CommandSummary = z.infer<typeof commandSchema>
