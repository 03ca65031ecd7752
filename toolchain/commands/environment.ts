import { join } from "node:path"
import { engineAddress, engineBinaries } from "../engine/index.ts"
import { paths } from "../paths.ts"
import type { StepOutputs } from "../steps/index.ts"

/**
 * The variables that point Dagger's CLI and SDK, and Signalbox, at what this toolchain runs. Empty with an engine that
 * the toolchain did not start.
 * @param address of the engine; default: the one that `up` starts
 */
export function environmentOf(
  outputs: StepOutputs | undefined,
  address: string = engineAddress,
): Readonly<Record<string, string>> {
  if (!outputs) return {}
  return {
    _EXPERIMENTAL_DAGGER_RUNNER_HOST: address,
    _EXPERIMENTAL_DAGGER_CLI_BIN: join(outputs.output(engineBinaries.id), "dagger"),
    DAGGER_PROGRESS: process.env.DAGGER_PROGRESS ?? "plain",
    DAGGER_NO_NAG: "1",
    DAGGER_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
    SIGNALBOX_TOOLBOX: paths.toolbox,
  }
}

/** The same as lines that a shell can evaluate. */
export function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("")
}
