import type { Container } from "@dagger.io/dagger"
import { without } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"
import type { Project } from "./project.ts"
import { belowRoot, type Request } from "./read.ts"
import { resolvedContainer } from "./resolved.ts"

/** Never part of any input: what a build has left, what editors keep, the wrapper's own program. */
export const neverInput: readonly string[] = [
  ...["**/target", "**/.git", "**/.idea", "**/.vscode", "**/.settings", "**/.classpath", "**/.project"],
  ...["**/.DS_Store", ".mvn/wrapper/*.jar"],
]

/** Not needed by a build, but by gates: a change to a test or a README packages nothing again. */
export const notForBuild: readonly string[] = [
  ...["**/src/test", "**/src/it", "**/README*", "**/CHANGELOG*", "**/HELP.md", "**/.gitignore"],
  ...[".editorconfig", ".dockerignore", "**/Dockerfile*", "mvnw", "mvnw.cmd"],
]

/**
 * The reactor below the directory that Maven is started for. Of modules that the component cannot be made of, there are only
 * their poms: an edit in them concerns other images.
 */
export async function withSources(
  project: Project,
  request: Request,
  excludes: readonly string[],
): Promise<Container> {
  const { source } = request
  const [resolved, files] = await Promise.all([
    resolvedContainer(project, request),
    without(source.directory(project.root), [...excludes, ...foreign(project)]),
  ])
  return resolved.withDirectory(workdir, files)
}

/** All of a module but its pom, which the dependencies' layer has already. */
export function foreign(project: Project): readonly string[] {
  const { modules, needed } = project
  const others = modules.filter(({ directory }) => !needed.includes(directory))
  return others
    .filter(({ directory }) => !needed.some((one) => one === directory || one.startsWith(`${directory}/`)))
    .map(({ directory }) => belowRoot(project, directory))
    .filter((path) => path !== "." && !needed.some((one) => belowRoot(project, one).startsWith(`${path}/`)))
}
