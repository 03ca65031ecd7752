import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { toolContainer } from "./containers.ts"
import type { ToolboxFile } from "./schema.ts"

/** Paths as they are, and parents as the commits themselves name them. */
export const plainReading = ["safe.directory=*", "core.quotePath=false", "core.commitGraph=false"].flatMap(
  (one) => ["-c", one],
)

/**
 * What git would otherwise believe beside the commits themselves: an object that stands in for another one (`git replace`),
 * and parents that `.git/info/grafts` gives to a commit. With either, a protected branch contains whatever somebody likes.
 * The file of grafts is one that is nowhere: of an empty one git prints that it is deprecated.
 */
export const plainHistory = { GIT_NO_REPLACE_OBJECTS: "1", GIT_GRAFT_FILE: "/nowhere/grafts" } as const

/** A container in which git reads commits as they are, and the host's configuration counts for nothing. */
export function plainGit(container: Container): Container {
  const variables = { ...plainHistory, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" }
  return Object.entries(variables).reduce((all, [name, value]) => all.withEnvVariable(name, value), container)
}

/**
 * Git over a repository, with its output in `/answers/OUTPUT`. A tool's image may have no shell.
 * @param repository holds `.git`
 */
export function gitRead(
  toolbox: ToolboxFile,
  repository: Directory,
  args: readonly string[],
  output: string,
): Container {
  return plainGit(toolContainer(toolbox, "gitleaks"))
    .withUser("0")
    .withEnvVariable("HOME", "/tmp")
    .withMountedDirectory("/repository", repository)
    .withDirectory("/answers", dag.directory())
    .withExec(["git", ...plainReading, "--git-dir=/repository/.git", ...args], {
      redirectStdout: `/answers/${output}`,
    })
}
