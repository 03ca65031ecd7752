import { z } from "zod"
import { Duration, type PlannedStep, SignalboxError } from "../../../domain/index.ts"

const quantities = z.object({ cpu: z.string(), memory: z.string() })

const details = z.object({
  before: z.string().optional(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  secretEnv: z.record(z.string(), z.object({ name: z.string(), key: z.string() })).default({}),
  secrets: z.array(z.string()).default([]),
  imagePullSecrets: z.array(z.string()).default([]),
  user: z.int().optional(),
  resources: z.object({ requests: quantities, limits: quantities }),
  timeout: z.string().transform((text) => new Duration(text)),
})

/** A hook as its plan has it: what was approved is what runs, whatever the configuration says by then. */
export interface Hook extends z.output<typeof details> {
  readonly name: string
}

/** @throws INTERNAL for what this version has not written. */
export function hookOf({ id, details: planned }: PlannedStep): Hook {
  const read = details.safeParse(planned)
  if (read.success) return { name: id.slice(id.indexOf(":") + 1), ...read.data }
  const problem = read.error.issues[0]
  throw new SignalboxError("INTERNAL", {
    what: `the plan does not say what ${id} runs`,
    why: `${problem?.path.join(".") || "details"}: ${problem?.message}`,
    next: "call again with the version that made the plan, or go back: dagger call rollback",
  })
}
