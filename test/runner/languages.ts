import type { TestOptions } from "./options.ts"
import { shuffle } from "./shuffle.ts"

/** The examples are built in several languages, and one is tested with a database beside it. */
const neededByExamples = ["python", "java", "integration"]

/** Whether a named file is about a language or a gate. */
const isAbout = (file: string, name: string): boolean =>
  file.includes(name) || (file.includes("examples") && neededByExamples.includes(name))

/**
 * The languages whose images are built before the engine's tests: all with --full, one by seed in a normal run, and of named files
 * those that these are about. The files of the others are skipped.
 * @param all languages with images that the toolchain builds on demand
 */
export function languagesToTry(
  { full, seed, files }: Pick<TestOptions, "full" | "seed" | "files">,
  all: readonly string[],
): readonly string[] {
  if (files.length > 0) return all.filter((language) => files.some((file) => isAbout(file, language)))
  return full ? all : shuffle(all, seed).slice(0, 1)
}

/** The same of gates: with --full, and of named files those that these are about. Their images are large, and one gate needs them. */
export function gatesToTry(
  { full, files }: Pick<TestOptions, "full" | "files">,
  all: readonly string[],
): readonly string[] {
  if (files.length > 0) return all.filter((gate) => files.some((file) => isAbout(file, gate)))
  return full ? all : []
}
