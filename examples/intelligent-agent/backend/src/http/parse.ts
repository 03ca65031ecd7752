import type { z } from 'zod'
import { Problem } from './problem.ts'

/** Checks `input` against `schema`; what does not fit becomes a 400 that names each field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    detail: issue.message,
  }))
  throw new Problem(400, 'invalid', 'The request does not have the expected form.', fields)
}
