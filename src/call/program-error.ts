import { z } from "zod"
import { type ErrorCode, errorCodes, type ProgramError } from "../domain/index.ts"

const text = z.string().optional()

/** Schema of the `error.json` that our programs write when they fail. */
export const programErrorSchema = z
  .object({
    schemaVersion: z.literal(1),
    code: z.custom<ErrorCode>(
      (value) => typeof value === "string" && Object.hasOwn(errorCodes, value),
      "a code",
    ),
    detail: z.object({
      what: z.string(),
      where: text,
      why: text,
      next: text,
      context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    }),
    cause: z.string().nullable(),
  })
  .transform((value) => value as ProgramError)
