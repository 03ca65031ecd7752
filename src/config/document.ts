import type { z } from "zod"
import type { Problem } from "./problem.ts"
import { configError } from "./problem.ts"
import { readSource, type Source } from "./source.ts"
import { issuesBehind, problemsOf } from "./zod-problems.ts"

/** A file that was read and checked: with a value when it has no problems. */
export interface Checked<T> {
  readonly source: Source
  readonly value?: T
  readonly problems: readonly Problem[]
}

/** Rules that a schema cannot state; they get the raw document and run even when the schema found problems. */
export type ExtraRule = (source: Source) => readonly Problem[]

export function checkDocument<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  rules: readonly ExtraRule[] = [],
): Checked<z.output<S>> {
  const source = readSource(text, file)
  if (source.problems.length > 0) return { source, problems: source.problems }
  const result = schema.safeParse(source.value)
  const found = result.success
    ? []
    : problemsOf(allIssues(result.error, source.value, schema), source, schema)
  const problems = [...found, ...rules.flatMap((rule) => rule(source))]
  if (problems.length > 0 || !result.success) return { source, problems }
  return { source, value: result.data, problems }
}

function allIssues(error: z.core.$ZodError, value: unknown, schema: z.ZodType): readonly z.core.$ZodIssue[] {
  return issuesBehind(error.issues, value, (mended) => schema.safeParse(mended).error?.issues ?? [])
}

/** The value, or all problems as one error. @throws CONFIG_INVALID */
export function resultOf<T>(checked: Checked<T>): T {
  if (checked.value === undefined) throw configError(checked.problems)
  return checked.value
}
