import { cleanPath } from "../paths.ts"

/**
 * The files of a component's directory that an image is built from: its source, without what these lists name. README.md
 * has them. Everything else may change the result, whatever its name.
 */

/**
 * Never part of any input: installed packages, copies of them (`.yarn/cache`), and files of package managers that may hold tokens; their
 * settings are read (npmrc.ts, yarnrc.ts).
 */
export const neverInput: readonly string[] = [
  ...["**/node_modules", "**/.git", "**/.DS_Store", "**/.npmrc"],
  ...["**/.yarnrc", "**/.yarnrc.yml", ".yarn/cache", ".yarn/unplugged", ".pnp.cjs", ".pnp.loader.mjs"],
]

/** Not needed by a build, but by gates: a change to a test or a README rebuilds nothing. */
export const notForBuild: readonly string[] = [
  ...["test", "tests", "e2e", "**/__tests__", "**/__mocks__", "**/*.test.*", "**/*.spec.*"],
  ...["vitest.config.*", "vitest.setup.*", "eslint.config.*", ".eslintrc*", ".prettierrc*", "biome.json*"],
  ...[".editorconfig", ".gitignore", ".dockerignore", ".idea", ".vscode", "Dockerfile*"],
  ...["README*", "CHANGELOG*"],
]

/** Patterns excluded from the input of a build step. @param output directory that the build itself writes: it is stale. */
export function buildExcludes(output: string | null): string[] {
  return [...neverInput, ...notForBuild, ...(output === null ? [] : [output])]
}

/** Patterns excluded from sources that are copied into an image. */
export const sourceExcludes: readonly string[] = [...neverInput, ...notForBuild]

/** Patterns excluded from the input of typecheck, lint and tests. @param output null: the build writes no directory of its own. */
export function gateExcludes(output: string | null): string[] {
  return output === null ? [...neverInput] : [...neverInput, output]
}

/**
 * What a running service must not contain, besides its development packages: sources of TypeScript, maps and type
 * declarations. Where Node runs a TypeScript file itself, such files are the program.
 */
export function notForRun(entry: string): string[] {
  const isTypeScript = /\.[cm]?ts$/.test(entry)
  const types = isTypeScript
    ? ["**/*.d.ts", "**/*.d.mts", "**/*.d.cts"]
    : ["**/*.ts", "**/*.tsx", "**/*.mts", "**/*.cts"]
  return [...types, "**/*.map", "**/*.tsbuildinfo"]
}

/** Names under which nobody keeps sources: what is there before a build was written by an earlier one. */
const usualOutputs = ["dist", "build", "out"]

type Settings = { kind: "static"; output: string } | { kind: "service"; entry: string }

/**
 * The directory of its own that the build writes; null where it writes among the sources. Of a service it is the first
 * directory of `entry`, unless the source has the entry already: `src/server.js` is no output.
 * @param isSource whether the source has a path, relative to the component
 */
export async function outputOf(
  component: Settings,
  isSource: (path: string) => Promise<boolean>,
): Promise<string | null> {
  const path = cleanPath(component.kind === "static" ? component.output : component.entry)
  const slash = path.indexOf("/")
  const directory = component.kind === "static" ? path : path.slice(0, Math.max(0, slash))
  if (directory === "" || directory === "node_modules") return null
  if (usualOutputs.includes(directory)) return directory
  return (await isSource(path)) ? null : directory
}
