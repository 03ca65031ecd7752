import type { Fix } from "../fix.ts"
import { setsFormat } from "./checks.ts"
import { venv } from "./places.ts"
import type { PythonFiles } from "./tool-settings.ts"

/** What Ruff and Black can mend, as far as they are locked; the formatter last. */
export function fixesOf(files: PythonFiles): readonly Fix[] {
  const hasRuff = files.version("ruff") !== undefined
  const hasBlack = files.version("black") !== undefined
  const by = (tool: string, args: readonly string[], ended: readonly number[]): Fix => ({
    ...{ tool, command: [`${venv}/bin/${tool}`, ...args], ended },
  })
  return [
    ...(hasRuff ? [by("ruff", ["check", "--fix", "--no-cache", "."], [0, 1])] : []),
    ...(hasRuff && !hasBlack && setsFormat(files) ? [by("ruff", ["format", "--no-cache", "."], [0])] : []),
    ...(hasBlack ? [by("black", ["."], [0])] : []),
  ]
}
