import type { Directory } from "@dagger.io/dagger"
import type { z } from "zod"
import { SignalboxError } from "../domain/index.ts"

/** The one method of a zod schema that is used here: zod itself is loaded only by whoever defines a schema. */
export type Schema<T> = Pick<z.ZodType<T>, "safeParse">

/**
 * Parses JSON and validates it by a schema.
 * @param file the file's name in errors.
 * @throws OUTPUT_UNREADABLE with the first three problems.
 */
export function parseJson<T>(text: string, schema: Schema<T>, file: string): T {
  const parsed = schema.safeParse(jsonIn(text, file))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".") || "document"}: ${message}`)
  throw unreadable(file, problems.join("; "))
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/**
 * Reads a JSON file of a directory.
 * @param file the file's name in errors. Default: its name in the directory.
 * @throws OUTPUT_UNREADABLE, also where the file is missing.
 */
export async function readJson<T>(
  files: Directory,
  name: string,
  schema: Schema<T>,
  file = name,
): Promise<T> {
  const value = await readJsonIfThere(files, name, schema, file)
  if (value === undefined) throw unreadable(file, "it is missing")
  return value
}

/** The same; undefined where the file is missing. @throws OUTPUT_UNREADABLE */
export async function readJsonIfThere<T>(
  files: Directory,
  name: string,
  schema: Schema<T>,
  file = name,
): Promise<T | undefined> {
  if (!(await files.entries()).includes(name)) return undefined
  return parseJson(await files.file(name).contents(), schema, file)
}

function unreadable(file: string, why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    "OUTPUT_UNREADABLE",
    {
      what: "a file does not have the expected content",
      where: file,
      why,
      next: "call again; if the error persists, another version of Signalbox may have written the file",
    },
    { cause },
  )
}
