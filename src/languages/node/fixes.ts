import type { Fix } from "../fix.ts"
import { configuresEslint, type NodeFiles, started } from "./checks.ts"
import { lastCommand } from "./runner.ts"

const prettierSettings = /^(\.prettierrc(\..+)?|prettier\.config\.[cm]?[jt]s)$/
const biomeSettings = /^\.?biome\.jsonc?$/

/** What ESLint, Prettier and Biome can mend, where a component configures and installs them. @param script that lints */
export function fixesOf(files: NodeFiles, script: string): readonly Fix[] {
  const { names, keys } = files
  const uses = (settings: RegExp, packageName: string) =>
    files.version(packageName) !== undefined && names.some((name) => settings.test(name))
  const isPretty =
    uses(prettierSettings, "prettier") ||
    (keys.includes("prettier") && files.version("prettier") !== undefined)
  const installed = (
    tool: string,
    packageName: string,
    args: readonly string[],
    ended: readonly number[],
  ) => [{ tool, command: started(files, packageName, [tool], args), ended }]
  return [
    ...eslint(files, script),
    // After the linter, which may write what the formatter writes in another form.
    ...(isPretty ? installed("prettier", "prettier", ["--write", "--log-level", "warn", "."], [0]) : []),
    ...(uses(biomeSettings, "@biomejs/biome")
      ? installed("biome", "@biomejs/biome", ["check", "--write", "."], [0, 1])
      : []),
  ]
}

/** By the script that lints, where that starts ESLint: it says which files are linted. */
function eslint(files: NodeFiles, script: string): readonly Fix[] {
  if (files.version("eslint") === undefined) return []
  const text = files.scripts[script]
  if (text !== undefined)
    return lastCommand(text)?.[0] === "eslint"
      ? [{ tool: "eslint", command: files.manager.run(script, ["--fix"]), ended: [0, 1] }]
      : []
  return configuresEslint(files)
    ? [{ tool: "eslint", command: started(files, "eslint", ["eslint"], [".", "--fix"]), ended: [0, 1] }]
    : []
}
