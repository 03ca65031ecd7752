import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { toolContainer } from "./containers.ts"
import type { ToolboxFile } from "./schema.ts"

/** Paths as they are, and parents as the commits themselves name them. */
const plainReading = ["safe.directory=*", "core.quotePath=false", "core.commitGraph=false"].flatMap((one) => [
  "-c",
  one,
])

/**
 * Git over a repository, with its output in `/answers/OUTPUT`. Nothing of the host's configuration counts, and no object
 * stands in for another one (`git replace`). A tool's image may have no shell.
 * @param repository holds `.git`
 */
export function gitRead(
  toolbox: ToolboxFile,
  repository: Directory,
  args: readonly string[],
  output: string,
): Container {
  return toolContainer(toolbox, "gitleaks")
    .withUser("0")
    .withEnvVariable("HOME", "/tmp")
    .withEnvVariable("GIT_CONFIG_NOSYSTEM", "1")
    .withEnvVariable("GIT_NO_REPLACE_OBJECTS", "1")
    .withEnvVariable("GIT_TERMINAL_PROMPT", "0")
    .withMountedDirectory("/repository", repository)
    .withDirectory("/answers", dag.directory())
    .withExec(["git", ...plainReading, "--git-dir=/repository/.git", ...args], {
      redirectStdout: `/answers/${output}`,
    })
}
