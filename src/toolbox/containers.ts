import { type Container, type Directory, dag, type File, type Platform } from "@dagger.io/dagger"
import type { ToolIdentity } from "../domain/gate-result.ts"
import {
  type DatabaseSource,
  findTool,
  imageAddress,
  type SchemasSource,
  toolIdentity,
  unresolved,
} from "./reference.ts"
import type { ImageSource, ToolboxFile, ToolName } from "./schema.ts"

type SchemasImage = Extract<SchemasSource, { readonly kind: "image" }>
type DatabaseImage = Extract<DatabaseSource, { readonly kind: "image" }>

/** The image of a tool, unchanged. */
export function toolContainer(toolbox: ToolboxFile, name: ToolName): Container {
  return dag.container().from(imageAddress(findTool(toolbox, name)))
}

/** The same of an image for several platforms, for one that this engine may not be able to run. */
export function toolContainerFor(toolbox: ToolboxFile, name: ToolName, platform: string): Container {
  return dag.container({ platform: platform as Platform }).from(imageAddress(findTool(toolbox, name)))
}

/** A tool's identity in the evidence; without a digest in the toolbox, by the one that this call has resolved. */
export async function usedTool(toolbox: ToolboxFile, name: ToolName): Promise<ToolIdentity> {
  const identity = toolIdentity(toolbox, name)
  if (identity.image !== unresolved) return identity
  return { ...identity, image: await toolContainer(toolbox, name).imageRef() }
}

/** A container of an image that no toolbox names, and its address with the digest that this call has resolved. */
export async function imageNamed(
  source: ImageSource,
): Promise<{ readonly container: Container; readonly address: string }> {
  const container = dag.container().from(imageAddress(source))
  return {
    container,
    address: source.digest === unresolved ? await container.imageRef() : imageAddress(source),
  }
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

export function withVariables(container: Container, variables: Readonly<Record<string, string>>): Container {
  return Object.entries(variables).reduce((one, [name, value]) => one.withEnvVariable(name, value), container)
}

/** The directory with the files of a database that is an image. */
export function databaseFiles({ image, digest, path }: DatabaseImage): Directory {
  return dag.container().from(imageAddress({ image, digest })).directory(path)
}

/** The directory of schemas that are an image. */
export function schemaFiles({
  image,
  digest,
  path,
}: Pick<SchemasImage, "image" | "digest" | "path">): Directory {
  return dag.container().from(imageAddress({ image, digest })).directory(path)
}
