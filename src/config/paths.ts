import type { Checked } from "./document.ts"
import { type Problem, show } from "./problem.ts"
import { keysAt } from "./reference.ts"
import type { EnvironmentConfig } from "./schema/environment.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"
import type { Path, Source } from "./source.ts"
import { formatPath, valueAt } from "./zod-problems.ts"

/** Whether a path, relative to the source root, exists. */
export type Exists = (path: string) => boolean

/** Every path that the configuration names must exist in the source tree. */
export function checkPaths(
  config: Checked<SignalboxConfig>,
  environments: readonly Checked<EnvironmentConfig>[],
  exists: Exists,
): readonly Problem[] {
  const components = keysAt(config.source, ["components"]).map((name): Path => ["components", name, "path"])
  const files: readonly Path[] = [
    ["chart", "path"],
    ["chart", "values"],
    ["smoke"],
    ["load", "script"],
    ["waivers"],
  ]
  return [
    ...[...components, ...files].flatMap((path) => checkPath(config.source, path, exists)),
    ...environments.flatMap(({ source }) => checkPath(source, ["values"], exists)),
  ]
}

function checkPath(source: Source, path: Path, exists: Exists): readonly Problem[] {
  const value = valueAt(source.value, path)
  if (typeof value !== "string" || exists(value)) return []
  const actual = show(value)
  const message = `${actual} does not exist in the source tree`
  return [{ file: source.file, ...source.at(path), path: formatPath(path), message, seen: actual }]
}
