import { parse, TomlError } from "smol-toml"
import { z } from "zod"
import { SignalboxError } from "../domain/index.ts"

/** A TOML file by the shape that is expected of it. @throws CONFIG_INVALID with the line, where it has one */
export function tomlIn<S extends z.ZodType>(text: string, file: string, shape: S): z.output<S> {
  try {
    return shape.parse(parse(text))
  } catch (cause) {
    const why = whyUnreadable(cause)
    if (why === undefined) throw cause
    const place = cause instanceof TomlError ? `:${cause.line}:${cause.column}` : ""
    throw new SignalboxError(
      "CONFIG_INVALID",
      { what: `${file} cannot be read`, where: `${file}${place}`, why },
      { cause },
    )
  }
}

function whyUnreadable(cause: unknown): string | undefined {
  if (cause instanceof z.ZodError) return z.prettifyError(cause)
  return cause instanceof TomlError ? (cause.message.split("\n")[0] ?? "it is no TOML") : undefined
}
