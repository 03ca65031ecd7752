import { parse, TomlError } from "smol-toml"
import { z } from "zod"
import { SignalboxError } from "../domain/index.ts"

/** A TOML file by the shape that is expected of it. @throws CONFIG_INVALID with the line, where it has one */
export function tomlIn<S extends z.ZodType>(text: string, file: string, shape: S): z.output<S> {
  try {
    return shape.parse(parse(text))
  } catch (cause) {
    const told = problemIn(cause)
    if (told === undefined) throw cause
    const { why, place = "" } = told
    throw new SignalboxError(
      "CONFIG_INVALID",
      { what: `${file} cannot be read`, where: `${file}${place}`, why },
      { cause },
    )
  }
}

function problemIn(cause: unknown): { readonly why: string; readonly place?: string } | undefined {
  if (cause instanceof z.ZodError) return { why: z.prettifyError(cause) }
  if (!(cause instanceof TomlError)) return undefined
  const [why = "it is no TOML"] = cause.message.split("\n")
  return { why, place: `:${cause.line}:${cause.column}` }
}
