import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  asSignalboxError,
  type ExitCode,
  errorFile,
  programError,
  type SignalboxError,
} from "../domain/index.ts"

/** The output directory of a program: the value of `--out`; undefined without it. */
export function outOf(argv: readonly string[]): string | undefined {
  const at = argv.indexOf("--out")
  return at < 0 ? undefined : argv[at + 1]
}

/**
 * Reports why a program ends with another exit code than 0: for people on stderr, and for its caller in error.json.
 * @param hide redacts secrets in a text. Default: the cause is left out.
 */
export function endWith(
  error: SignalboxError,
  out: string | undefined,
  hide?: (text: string) => string,
): ExitCode {
  process.stderr.write(`${hide === undefined ? error.message : hide(error.message)}\n`)
  if (out !== undefined) writeError(error, out, hide)
  return error.exitCode
}

/** Atomic: a program that is killed while it writes leaves no partial error.json. */
function writeError(error: SignalboxError, out: string, hide?: (text: string) => string): void {
  const path = join(out, errorFile)
  try {
    writeFileSync(`${path}.partial`, `${JSON.stringify(programError(error, hide))}\n`)
    renameSync(`${path}.partial`, path)
  } catch (cause) {
    // The caller finds no error.json, treats the program as crashed, and reports these last lines of stderr.
    process.stderr.write(`${errorFile} could not be written: ${String(cause)}\n`)
  }
}

/** Option of a program whose exec may be cached: the output directory of a failed one is lost, and its stdout is not. */
export const tellError = "tell-error"

const plain = (text: string): string => text

/** Runs a program that writes its results to `--out`, and sets the exit code by its outcome. */
export async function runMain(
  main: (argv: readonly string[]) => Promise<void>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    await main(argv)
  } catch (thrown) {
    const error = asSignalboxError(thrown)
    if (argv.includes(`--${tellError}`))
      process.stdout.write(`${JSON.stringify(programError(error, plain))}\n`)
    process.exitCode = endWith(error, outOf(argv), plain)
  }
}
