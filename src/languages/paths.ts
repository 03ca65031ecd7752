import type { Directory } from "@dagger.io/dagger"
import type { Reach } from "../domain/index.ts"

/** Paths without those below another one of them, each once; a directory ends with a slash. */
export function outermost(paths: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const path of [...new Set(paths)].sort())
    if (!kept.some((one) => one.endsWith("/") && path.startsWith(one))) kept.push(path)
  return kept
}

/** What of a directory some patterns leave out of its image, the outermost paths alone. */
export async function matching(
  directory: Directory,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(patterns.map((pattern) => directory.glob(pattern)))
  return outermost(found.flat())
}

/** A path of the configuration, without `./`, double slashes and a slash at its end. */
export function cleanPath(path: string): string {
  return path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/")
}

/** For a language that builds and checks a component from its own directory alone, and reads nothing that its build leaves out. */
export const ownDirectory = async (): Promise<Reach> => ({ outside: [], except: [], besides: [] })
