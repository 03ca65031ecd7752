import { type Container, type Directory, dag, type File } from "@dagger.io/dagger"
import { toolBinary, toolContainer } from "./containers.ts"
import { onlyThese } from "./inputs.ts"
import type { ToolboxFile } from "./schema.ts"
import { cacheName } from "./trust.ts"

/** Directory of this library in the runner; `node` starts the programs in its `src/`. */
export const runnerRoot = "/signalbox"

/**
 * The container in which our own programs run: Node, this library's sources with its packages, and helm, kubectl and
 * k6 on the PATH. Only the last layer changes with our sources.
 */
export async function runner(toolbox: ToolboxFile): Promise<Container> {
  const self = dag.currentModule().source()
  const installed = await ownPackages(toolbox, self)
  return (["helm", "kubectl", "k6"] as const)
    .reduce(
      (container, tool) =>
        container.withFile(`/usr/local/bin/${tool}`, toolBinary(toolbox, tool), { permissions: 0o755 }),
      installed,
    )
    .withDirectory(`${runnerRoot}/src`, self.directory("src"))
}

/** The same without tools, for programs that only talk to registries and servers: no image but Node's is pulled. */
export async function nodeRunner(toolbox: ToolboxFile): Promise<Container> {
  const self = dag.currentModule().source()
  return (await ownPackages(toolbox, self)).withDirectory(`${runnerRoot}/src`, self.directory("src"))
}

/**
 * The packages of this library, from its own lock file: the same for every caller, whatever its level of trust. Cached
 * by manifest and lock file alone, so that a change to our sources installs nothing again.
 */
async function ownPackages(toolbox: ToolboxFile, self: Directory): Promise<Container> {
  const downloads = "/root/.npm"
  return toolContainer(toolbox, "node")
    .withWorkdir(runnerRoot)
    .withDirectory(runnerRoot, await onlyThese(self, ["package.json", "package-lock.json"]))
    .withMountedCache(downloads, dag.cacheVolume(cacheName("npm", "release")))
    .withExec(["npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier"])
    .withoutMount(downloads)
}

/** One of our single-file programs, to be started by `node` in any Node container. */
export function program(path: string): File {
  return dag.currentModule().source().file(path)
}

/** A program of ours that has several files. */
export function programs(path: string): Directory {
  return dag.currentModule().source().directory(path)
}
