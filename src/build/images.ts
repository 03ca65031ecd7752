import type { Container, Directory, File } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../config/index.ts"
import { program, type ToolboxFile, type Trust, toolContainer } from "../toolbox/index.ts"
import type { ArchiveFacts } from "./image-facts.ts"
import type { LabelOptions } from "./labels.ts"
import { buildNode } from "./node.ts"

/** One component's image: a container to run, an archive to scan and push, and what the archive says about itself. */
export interface BuiltImage {
  readonly component: string
  readonly container: Container
  readonly archive: File
  readonly facts: ArchiveFacts
}

export interface BuildAll {
  readonly config: Pick<SignalboxConfig, "components">
  readonly source: Directory
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly labels?: Omit<LabelOptions, "title">
}

/** The container of one component, not yet built. @throws UNKNOWN_COMPONENT */
export async function containerOf(request: BuildAll, name: string): Promise<Container> {
  const { componentNamed } = await import("../config/index.ts")
  return buildNode({ ...request, name, component: componentNamed(request.config, name) })
}

/** Builds components, all at once, and reads their archives. Default: every component. */
export async function buildAll(request: BuildAll, names?: readonly string[]): Promise<BuiltImage[]> {
  const wanted = names ?? Object.keys(request.config.components)
  return Promise.all(wanted.map((name) => build(request, name)))
}

async function build(request: BuildAll, component: string): Promise<BuiltImage> {
  const container = await containerOf(request, component)
  const archive = container.asTarball()
  const facts: ArchiveFacts = JSON.parse(
    await toolContainer(request.toolbox, "node")
      .withFile("/image-facts.ts", program("src/build/image-facts.ts"))
      .withMountedFile("/image.tar", archive)
      .withExec(["node", "/image-facts.ts", "/image.tar"])
      .stdout(),
  )
  return { component, container, archive, facts }
}
