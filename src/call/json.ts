import type { Directory } from "@dagger.io/dagger"
import type { z } from "zod"
import { SignalboxError } from "../domain/index.ts"

/** A schema, without the library that it is made with: that is loaded by whoever has one. */
export type Schema<T> = Pick<z.ZodType<T>, "safeParse">

/**
 * Text as data of a known form.
 * @param file what errors call it.
 * @throws OUTPUT_UNREADABLE with the places that are wrong.
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
 * A file of a directory.
 * @param file what errors call it. Default: its name there.
 * @throws OUTPUT_UNREADABLE, also where there is none.
 */
export async function readJson<T>(
  files: Directory,
  name: string,
  schema: Schema<T>,
  file = name,
): Promise<T> {
  const value = await readJsonIfThere(files, name, schema, file)
  if (value === undefined) throw unreadable(file, "it is not there")
  return value
}

/** The same; undefined where there is none. @throws OUTPUT_UNREADABLE */
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
      what: "a file is not what it has to be",
      where: file,
      why,
      next: "call again; where it stays, another version of Signalbox has written it",
    },
    { cause },
  )
}
