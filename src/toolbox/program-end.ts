import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  asSignalboxError,
  type ExitCode,
  errorFile,
  programError,
  type SignalboxError,
} from "../domain/index.ts"

/** Where a program was told to write: the value of `--out`; undefined where it was not told. */
export function outOf(argv: readonly string[]): string | undefined {
  const at = argv.indexOf("--out")
  return at < 0 ? undefined : argv[at + 1]
}

/**
 * Says why a program ends with another exit code than 0: for people on stderr, and for its caller in error.json.
 * @param hide takes secrets out of a text. Default: what the error was caused by is left out.
 */
export function endWith(
  error: SignalboxError,
  out: string | undefined,
  hide?: (text: string) => string,
): ExitCode {
  process.stderr.write(`${error.message}\n`)
  if (out !== undefined) writeError(error, out, hide)
  return error.exitCode
}

/** Whole or not at all: a program that is killed in the middle of this has not said how it ended. */
function writeError(error: SignalboxError, out: string, hide?: (text: string) => string): void {
  const path = join(out, errorFile)
  try {
    writeFileSync(`${path}.partial`, `${JSON.stringify(programError(error, hide))}\n`)
    renameSync(`${path}.partial`, path)
  } catch (cause) {
    // Its caller finds no error.json, and takes it for a program that died, with these as its last words.
    process.stderr.write(`${errorFile} could not be written: ${String(cause)}\n`)
  }
}

/** Runs a program that answers by files in `--out`, and ends as it came out. */
export async function runMain(
  main: (argv: readonly string[]) => Promise<void>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    await main(argv)
  } catch (thrown) {
    process.exitCode = endWith(asSignalboxError(thrown), outOf(argv), (text) => text)
  }
}
