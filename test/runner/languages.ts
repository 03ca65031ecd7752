import type { TestOptions } from "./options.ts"
import { shuffle } from "./shuffle.ts"

/**
 * The languages whose images are built before the engine's tests: all with --full, one by seed in a normal run, and of named files
 * those that these are about. The files of the others are skipped.
 * @param all languages with images that the toolchain builds on demand
 */
export function languagesToTry(
  { full, seed, files }: Pick<TestOptions, "full" | "seed" | "files">,
  all: readonly string[],
): readonly string[] {
  if (files.length > 0) return all.filter((language) => files.some((file) => file.includes(language)))
  return full ? all : shuffle(all, seed).slice(0, 1)
}

/** The same of gates: with --full, and of named files those that these are about. Their images are large, and one gate needs them. */
export function gatesToTry(
  { full, files }: Pick<TestOptions, "full" | "files">,
  all: readonly string[],
): readonly string[] {
  if (files.length > 0) return all.filter((gate) => files.some((file) => file.includes(gate)))
  return full ? all : []
}
