/**
 * `node src/config/check.ts [--source DIR] CONFIG [ENVIRONMENT...]`
 *
 * Checks signalbox.yaml and environment files, each given by path or by name (environments/NAME.yaml beside CONFIG).
 * With --source, every path that they name must exist below DIR. Prints the checked configuration as JSON and exits 0,
 * or prints every problem on stderr and exits 13. Runs inside a container: the first exec of each call.
 */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { asSignalboxError, SignalboxError } from "../domain/errors.ts"
import type { Checked } from "./document.ts"
import { checkEnvironment } from "./environment.ts"
import { environmentNamed } from "./lookup.ts"
import { checkPaths } from "./paths.ts"
import { configError } from "./problem.ts"
import { checkTogether } from "./project.ts"
import type { EnvironmentConfig } from "./schema/environment.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"
import type { Waiver, WaiverFile } from "./schema/waivers.ts"
import { checkConfig } from "./signalbox.ts"
import { checkWaivers } from "./waivers.ts"

/** What the program prints. */
export interface CheckedProject {
  readonly config: SignalboxConfig
  /** The environments that were asked for, by name. */
  readonly environments: Readonly<Record<string, EnvironmentConfig>>
  readonly waivers: readonly Waiver[]
}

function main(args: readonly string[]): CheckedProject {
  const { file, environments: wanted, source } = readArguments(args)
  const config = checkConfig(readText(file), file)
  const environments = wanted.map((one) => {
    const path = environmentFile(one, file, config.value)
    return checkEnvironment(readText(path), path)
  })
  const waivers = config.value === undefined ? undefined : waiversOf(config.value, source ?? dirname(file))
  const all: readonly Checked<unknown>[] = [
    config,
    ...environments,
    ...(waivers === undefined ? [] : [waivers]),
  ]
  const problems = [
    ...all.flatMap((one) => one.problems),
    ...checkTogether(config, environments),
    ...(source === undefined
      ? []
      : checkPaths(config, environments, (path) => existsSync(join(source, path)))),
  ]
  if (problems.length > 0 || config.value === undefined) throw configError(problems)
  const values = environments.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return {
    config: config.value,
    environments: Object.fromEntries(values.map((value) => [value.name, value])),
    waivers: waivers?.value?.waivers ?? [],
  }
}

function readArguments(args: readonly string[]): { file: string; environments: string[]; source?: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { source: { type: "string" } },
      allowPositionals: true,
    })
    const [file, ...environments] = positionals
    if (file === undefined) throw new Error("the configuration file is not named")
    return { file, environments, ...(values.source === undefined ? {} : { source: values.source }) }
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new SignalboxError(
      "USAGE",
      { what, next: "check.ts [--source DIR] CONFIG [ENVIRONMENT...]" },
      { cause },
    )
  }
}

/** A path is taken as it is; a name must be one of the configuration's, as far as that could be read. */
function environmentFile(wanted: string, configFile: string, config: SignalboxConfig | undefined): string {
  if (/\.ya?ml$/.test(wanted) || wanted.includes("/")) return wanted
  const name = config === undefined ? wanted : environmentNamed(config, wanted)
  return join(dirname(configFile), "environments", `${name}.yaml`)
}

/** A named waiver file that is missing is told by the check of paths, which needs the whole source tree. */
function waiversOf(config: SignalboxConfig, root: string): Checked<WaiverFile> | undefined {
  if (config.waivers === null) return undefined
  const path = join(root, config.waivers)
  return existsSync(path) ? checkWaivers(readText(path), path) : undefined
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const next = "create it, or name another file"
    throw new SignalboxError(
      "CONFIG_MISSING",
      { what: `cannot read ${file}`, where: file, why, next },
      { cause },
    )
  }
}

// Every file below src/ is imported when the module is loaded as a Dagger module.
if (import.meta.main) {
  try {
    process.stdout.write(`${JSON.stringify(main(process.argv.slice(2)))}\n`)
  } catch (thrown) {
    const error = asSignalboxError(thrown)
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  }
}
