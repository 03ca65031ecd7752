import { type Container, type Directory, dag, type File } from "@dagger.io/dagger"
import { npmInstall, toolBinary } from "./containers.ts"
import type { ToolboxFile } from "./schema.ts"

/** Where this library lies in the runner; `src/…` below it is started by `node`. */
export const runnerRoot = "/signalbox"

/**
 * The container in which our own programs run: Node, this library's sources with its packages, and helm, kubectl and
 * k6 on the PATH. Only the last layer changes with our sources.
 */
export async function runner(toolbox: ToolboxFile): Promise<Container> {
  const self = dag.currentModule().source()
  // Our own packages come from our own lock file, whoever calls: the trust level of the caller is of no concern.
  const installed = await npmInstall(toolbox, self, "release", { production: true, workdir: runnerRoot })
  return (["helm", "kubectl", "k6"] as const)
    .reduce(
      (container, tool) =>
        container.withFile(`/usr/local/bin/${tool}`, toolBinary(toolbox, tool), { permissions: 0o755 }),
      installed,
    )
    .withDirectory(`${runnerRoot}/src`, self.directory("src"))
}

/** One of our single-file programs, to be started by `node` in any Node container. */
export function program(path: string): File {
  return dag.currentModule().source().file(path)
}

/** A program of ours that has several files. */
export function programs(path: string): Directory {
  return dag.currentModule().source().directory(path)
}
