/**
 * The files of a component's directory that its program is built from: its source, without what these lists name.
 * docs/go-and-rust.md has them. Everything else may change the result, because a Go file may embed any other.
 */

/** Never part of any input. */
export const neverInput: readonly string[] = ["**/.git", "**/.DS_Store", "**/node_modules", "**/.netrc"]

/** Not needed by a build, but by gates: a change to a test or a README compiles nothing. */
export const notForBuild: readonly string[] = [
  ...["**/*_test.go", ".golangci.*", ".editorconfig", ".gitignore", ".dockerignore", ".idea", ".vscode"],
  ...[".github", "Dockerfile*", "README*", "CHANGELOG*"],
]

/** Patterns excluded from the input of a build. */
export const buildExcludes: readonly string[] = [...neverInput, ...notForBuild]

/** Directories whose Go files belong to somebody else, or to a test: Go's own patterns leave them out as well. */
const aside = /(?:^|\/)(?:vendor|testdata|node_modules|[._][^/]*)\//

/** Go files of a project's own. */
export function ownGoFiles(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path.endsWith(".go") && !aside.test(path) && !/(?:^|\/)[._][^/]*$/.test(path))
}

/** Files that say which modules a build is made of. */
export function isManifest(path: string): boolean {
  if (aside.test(path)) return false
  return /(?:^|\/)(?:go\.mod|go\.sum)$/.test(path) || path === "go.work" || path === "go.work.sum"
}
