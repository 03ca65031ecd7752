import { type Container, type Directory, dag, type File } from "@dagger.io/dagger"
import { findAdvisories, findSchemas, findTool, imageAddress } from "./reference.ts"
import type { ToolboxFile, ToolName } from "./schema.ts"

/** The image of a tool, unchanged. */
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
