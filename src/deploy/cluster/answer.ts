import { z } from "zod"
import type { DryRunAnswer } from "./api.ts"

/** What came over the wire. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** The API server's own form of saying no. */
const failure = z.object({
  kind: z.literal("Status"),
  reason: z.string().default(""),
  message: z.string().default(""),
  details: z
    .object({
      causes: z
        .array(
          z.object({
            reason: z.string().default(""),
            message: z.string().default(""),
            field: z.string().default(""),
          }),
        )
        .default([]),
    })
    .default({ causes: [] }),
})

function statusIn(body: string): z.output<typeof failure> | null {
  try {
    return failure.safeParse(JSON.parse(body)).data ?? null
  } catch (error) {
    // Not a Status object: what lies between has answered.
    if (!(error instanceof SyntaxError)) throw error
    return null
  }
}

/** Why the API server refused something, in its own words. */
export function reasonOf({ body }: Answer): string {
  return (statusIn(body)?.message ?? "").slice(0, 500) || body.slice(0, 200)
}

/** Whether the API server itself says that it has no such thing. */
export function isNotFound({ body }: Answer): boolean {
  return statusIn(body) !== null
}

/** What it says to an object that was applied without effect. */
export function dryRunAnswer(answer: Answer): DryRunAnswer {
  const { status, body } = answer
  if (status >= 200 && status < 300) return { accepted: true }
  const said = statusIn(body)
  const { reason = "", message = body.slice(0, 200), details } = said ?? {}
  return { accepted: false, status, reason, message, causes: details?.causes ?? [] }
}
