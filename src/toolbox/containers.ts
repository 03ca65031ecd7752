import { type Container, type Directory, dag, type File } from "@dagger.io/dagger"
import { onlyThese } from "./inputs.ts"
import { findAdvisories, findSchemas, findTool, imageAddress } from "./reference.ts"
import type { ToolboxFile, ToolName } from "./schema.ts"
import { cacheName, type Trust } from "./trust.ts"

/** The image of a tool, untouched. */
export function toolContainer(toolbox: ToolboxFile, name: ToolName): Container {
  return dag.container().from(imageAddress(findTool(toolbox, name)))
}

/** How a tool is started in its own image: its path where one is named, else its name. */
export function toolCommand(toolbox: ToolboxFile, name: ToolName): string {
  return findTool(toolbox, name).path ?? name
}

/** A tool's static binary, to be put into another container. */
export function toolBinary(toolbox: ToolboxFile, name: ToolName): File {
  return toolContainer(toolbox, name).file(findTool(toolbox, name).path ?? `/usr/local/bin/${name}`)
}

/** A Node container with the static binaries of some tools on its PATH. */
export function nodeWith(toolbox: ToolboxFile, tools: readonly ToolName[]): Container {
  return tools.reduce(
    (container, name) =>
      container.withFile(`/usr/local/bin/${name}`, toolBinary(toolbox, name), { permissions: 0o755 }),
    toolContainer(toolbox, "node"),
  )
}

/** The directory with trivy.db and metadata.json. @throws DATABASE_MISSING */
export function advisories(toolbox: ToolboxFile): Directory {
  const { image, digest, path } = findAdvisories(toolbox)
  return dag.container().from(imageAddress({ image, digest })).directory(path)
}

export function kubernetesSchemas(toolbox: ToolboxFile): Directory {
  const { image, digest, path } = findSchemas(toolbox)
  return dag.container().from(imageAddress({ image, digest })).directory(path)
}

/** What packages are installed from. */
export const manifestFiles: readonly string[] = ["package.json", "package-lock.json"]

/**
 * Packages of a manifest and its lock file, installed in `/app`. Keyed by those two files alone: no edit of a source
 * installs anything again. npm's download cache belongs to one level of trust.
 * @param tree holds the two; a lock file that is not there is npm's to refuse.
 */
export async function npmInstall(
  toolbox: ToolboxFile,
  tree: Directory,
  trust: Trust,
  options: { readonly production?: boolean; readonly workdir?: string } = {},
): Promise<Container> {
  const workdir = options.workdir ?? "/app"
  const downloads = "/root/.npm"
  const production = options.production ? ["--omit=dev"] : []
  return toolContainer(toolbox, "node")
    .withWorkdir(workdir)
    .withDirectory(workdir, await onlyThese(tree, manifestFiles))
    .withMountedCache(downloads, dag.cacheVolume(cacheName("npm", trust)))
    .withExec(["npm", "ci", ...production, "--no-audit", "--no-fund", "--no-update-notifier"])
    .withoutMount(downloads)
}
