import { posix } from "node:path"
import type { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { workdir as shared } from "../../languages/index.ts"

/** A tool's JSON as the shape that is expected of it. @throws OUTPUT_UNREADABLE otherwise: it is never guessed. */
export function readJson<S extends z.ZodType>(
  tool: string,
  text: string | undefined,
  schema: S,
): z.output<S> {
  if (text === undefined || text.trim() === "") throw unreadable(tool, "it wrote nothing")
  const result = schema.safeParse(parse(tool, text))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw unreadable(tool, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected shape"}`)
}

function parse(tool: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(tool, cause instanceof Error ? cause.message : String(cause))
  }
}

export function unreadable(tool: string, why: string): SignalboxError {
  return new SignalboxError("OUTPUT_UNREADABLE", {
    what: `the output of ${tool} cannot be read`,
    why,
    next: "look at the raw report; another version of the tool may be in use",
  })
}

/**
 * The place of a tool's file below the source root. What a component shares with others lies above it, at the same places as in the source.
 * An absolute path elsewhere stays as it is.
 */
export function sourcePath(componentPath: string, workdir: string, file: string): string {
  const below = file.startsWith(`${workdir}/`) ? file.slice(workdir.length + 1) : file
  // Beside the component: a module of the same build.
  if (below.startsWith("../")) return posix.join(componentPath, below)
  const clean = componentPath.replace(/^\.\/?|\/$/g, "")
  const within = workdir.startsWith(`${shared}/`) ? workdir.slice(shared.length) : ""
  if (within !== "" && `/${clean}`.endsWith(within) && below.startsWith(`${shared}/`))
    return posix.join(`/${clean}`.slice(0, -within.length), below.slice(shared.length)).slice(1)
  if (clean === "" || below.startsWith("/")) return below
  return posix.join(clean, below)
}

/** The first line that says something, without colours. */
export function firstLine(text: string): string {
  const plain = text.replaceAll(/\u001b\[[0-9;]*m/g, "")
  return (
    plain
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? ""
  )
}
