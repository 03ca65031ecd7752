import type { Container } from "@dagger.io/dagger"
import { onlyThese } from "../../toolbox/index.ts"
import { workdir } from "../language.ts"
import { resolveGoals } from "./goals.ts"
import type { Project } from "./project.ts"
import { belowRoot, type Request } from "./read.ts"
import { commandOf, jobOf, mavenContainer, withPrograms, withSettings } from "./tools.ts"

/**
 * The poms of the whole reactor, and the local repository with what they name. Cached by the poms and the settings beside them
 * (`.mvn`) alone: changed sources download nothing again. All components of a reactor share it, and nothing else fills it: what a
 * project lacks is not hidden by what another one has needed.
 */
export async function resolvedContainer(project: Project, request: Request): Promise<Container> {
  const { source, toolbox } = request
  const { modules, parents, root } = project
  const settings = await onlyThese(source.directory(root), [".mvn"])
  const poms = [...modules, ...parents].sort((a, b) => (a.file < b.file ? -1 : 1))
  const base = withPrograms(mavenContainer(toolbox)).withDirectory(workdir, settings)
  const files = poms.reduce(
    (container, { file }) => container.withFile(`${workdir}/${belowRoot(project, file)}`, source.file(file)),
    base,
  )
  const job = {
    ...jobOf(project, request),
    // The same for every component of the reactor: one layer serves all.
    component: workdir,
    task: "resolve" as const,
    arguments: resolveGoals(project),
    modules: modules
      .filter(({ pom }) => pom.packaging.value !== "pom")
      .map(({ directory }) => belowRoot(project, directory))
      .sort(),
  }
  return (await withSettings(request, files)).withExec(commandOf(job))
}
