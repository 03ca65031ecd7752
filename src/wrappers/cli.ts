/**
 * `npm run wrappers` writes the CI files of this repository; `npm run wrappers -- --check` changes nothing and ends
 * with 10 when one of them differs from what would be written.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import {
  checkConfig,
  checkEnvironment,
  checkTogether,
  configError,
  type EnvironmentConfig,
} from "../config/index.ts"
import { asSignalboxError, ExitCode, SignalboxError } from "../domain/index.ts"
import { wrapperFiles } from "./files.ts"

const root = join(import.meta.dirname, "../..")

/** The CI files of a project, as its configuration asks for them now. */
export function expectedFiles(project: string): Readonly<Record<string, string>> {
  const read = (path: string): string => readFileSync(join(project, path), "utf8")
  const config = checkConfig(read("signalbox.yaml"), "signalbox.yaml")
  const names = config.value?.environments ?? []
  const environments = names.map((name) => {
    const path = `environments/${name}.yaml`
    return checkEnvironment(read(path), path)
  })
  const problems = [config, ...environments].flatMap((checked) => checked.problems)
  problems.push(...checkTogether(config, environments))
  if (problems.length > 0 || config.value === undefined) throw configError(problems)
  const settings = environments.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const byName: Record<string, EnvironmentConfig> = Object.fromEntries(
    settings.map((environment) => [environment.name, environment]),
  )
  return wrapperFiles(config.value, byName)
}

function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { check: { type: "boolean", default: false } } })
  const files = Object.entries(expectedFiles(root))
  const stale = files.filter(([path, text]) => current(join(root, path)) !== text)
  for (const [path, text] of stale) {
    if (values.check) console.error(`${path} differs from what \`npm run wrappers\` writes`)
    else write(path, text)
  }
  if (stale.length === 0) console.log(`${files.length} files are up to date`)
  return values.check && stale.length > 0 ? ExitCode.failed : ExitCode.pass
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(`wrote ${path}`)
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined
    throw cause
  }
}

// Dagger imports every file below src/ when it loads the module: only a direct start may run main.
if (import.meta.main) {
  try {
    process.exitCode = main(process.argv.slice(2))
  } catch (thrown) {
    const usage = thrown instanceof TypeError && "code" in thrown
    const error = usage
      ? new SignalboxError("USAGE", { what: thrown.message, next: "wrappers [--check]" })
      : asSignalboxError(thrown)
    console.error(error.message)
    process.exitCode = error.exitCode
  }
}
