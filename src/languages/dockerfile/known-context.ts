import { posix } from "node:path"
import type { Directory } from "@dagger.io/dagger"
import { without } from "../../toolbox/index.ts"

const ignoreFile = ".dockerignore"

/**
 * The patterns of a `.dockerignore` that can be applied before a build: of those with other wildcards than `*` and a leading
 * directory `**`, and of a file that takes paths in again, the build itself makes the most. Syntax:
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function plainPatterns(text: string): readonly string[] {
  const lines = text
    .split(/\r?\n/)
    // No byte order mark of a file that was put behind another: to the build it is a part of a name, and leaves nothing out.
    .map((line, index) => (index === 0 ? line.replace(/^\uFEFF/, "") : line))
    .filter((line) => !line.startsWith("#") && !line.includes("\uFEFF"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
  if (lines.some((line) => line.startsWith("!"))) return []
  return lines
    .map((line) => posix.normalize(line).replace(/^\/+|\/+$/g, ""))
    .filter(
      (pattern) => pattern !== "" && pattern !== "." && !/[?[\]\\]|\*\*/.test(pattern.replace(/^\*\*\//, "")),
    )
}

/**
 * What a Dockerfile is built from, known to the engine by the content that the build gets: with paths in it that `.dockerignore` leaves
 * out, a changed README would copy all of it again, and give the image another digest.
 * @param dockerfile relative to the context
 */
export async function knownContext(context: Directory, dockerfile: string): Promise<Directory> {
  const names = await context.entries()
  // A file for this Dockerfile alone stands in its place, and the build reads it.
  const hasOwn = await context.exists(`${dockerfile}${ignoreFile}`)
  if (hasOwn || !names.includes(ignoreFile)) return context
  const patterns = plainPatterns(await context.file(ignoreFile).contents())
  if (patterns.length === 0) return context
  // The build reads both, whatever the patterns say.
  return (await without(context, patterns))
    .withFile(dockerfile, context.file(dockerfile))
    .withFile(ignoreFile, context.file(ignoreFile))
}
