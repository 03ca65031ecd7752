/**
 * What of a component's directory an image is built from. Everything that cannot change the result is left out, so
 * that touching a test or a README builds nothing again, and nothing private gets near an image.
 */

/** Never part of any input: made by tools, private, or of no use to any of them. */
export const neverInput: readonly string[] = [
  "**/node_modules",
  "**/.git",
  "**/.env",
  "**/.env.*",
  "**/coverage",
  "**/*.log",
  "**/.DS_Store",
  ".idea",
  ".vscode",
  ".cache",
]

/** Of no use to a build, though gates need it. */
export const notForBuild: readonly string[] = [
  "test",
  "tests",
  "e2e",
  "**/__tests__",
  "**/__mocks__",
  "**/*.test.*",
  "**/*.spec.*",
  "vitest.config.*",
  "vitest.setup.*",
  "eslint.config.*",
  ".eslintrc*",
  ".prettierrc*",
  "biome.json*",
  ".editorconfig",
  ".gitignore",
  ".dockerignore",
  "Dockerfile*",
  "README*",
  "CHANGELOG*",
  "LICENSE*",
  "docs",
]

/** Patterns to leave out of what a build step sees. A directory that the build itself writes is stale by definition. */
export function buildExcludes(output: string): string[] {
  return [...neverInput, ...notForBuild, output]
}

/** Patterns to leave out of the sources that an image carries as they are. */
export const sourceExcludes: readonly string[] = [...neverInput, ...notForBuild]

/** Patterns to leave out of what typecheck, lint and tests see. @param output null: nothing is built. */
export function gateExcludes(output: string | null): string[] {
  return output === null ? [...neverInput] : [...neverInput, output]
}

/** What a running service must not contain, besides its development packages: sources, maps and type declarations. */
export const notForRun: readonly string[] = [
  "**/*.ts",
  "**/*.tsx",
  "**/*.mts",
  "**/*.cts",
  "**/*.map",
  "**/*.tsbuildinfo",
]

/** First directory of an entry such as `dist/server.js`; where a service's compile step writes. */
export function outputOf(
  component: { kind: "static"; output: string } | { kind: "service"; entry: string },
): string {
  if (component.kind === "static") return component.output
  const slash = component.entry.indexOf("/")
  return slash === -1 ? "dist" : component.entry.slice(0, slash)
}
