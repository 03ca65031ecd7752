import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { programs, type ToolboxFile, type Trust, toolContainer, whyFailed } from "../toolbox/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import type { LabelOptions } from "./labels.ts"
import { buildNode } from "./node.ts"

/** One component's image: a container to run, an OCI layout to scan and push, and what that says about itself. */
export interface BuiltImage {
  readonly component: string
  readonly container: Container
  /** OCI image layout (a directory): equal content gives equal bytes. */
  readonly layout: Directory
  readonly facts: ArchiveFacts
}

export interface BuildAll {
  readonly config: Pick<SignalboxConfig, "components">
  readonly source: Directory
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly labels?: Omit<LabelOptions, "title">
}

/** The container of one component, not yet built. @throws UNKNOWN_COMPONENT, CONFIG_INVALID */
export async function containerOf(request: BuildAll, name: string): Promise<Container> {
  const { componentNamed } = await import("../config/index.ts")
  const component = componentNamed(request.config, name)
  const lock = `${component.path}/package-lock.json`
  if (!(await request.source.exists(lock)))
    throw new SignalboxError("CONFIG_INVALID", {
      what: `there is no ${lock} in the source`,
      where: `signalbox.yaml: components.${name}.path`,
      next: "correct the path, or commit the lock file: an image is made of exactly what it names",
    })
  return buildNode({ ...request, name, component })
}

/** Builds components, all at once, and reads what came of it. None named: every component. */
export async function buildAll(request: BuildAll, names: readonly string[] = []): Promise<BuiltImage[]> {
  const wanted = names.length === 0 ? Object.keys(request.config.components) : names
  return Promise.all(wanted.map((name) => build(request, name)))
}

/** @throws CONFIG_INVALID where the component is not there, TOOL_FAILED when it cannot be built. */
async function build(request: BuildAll, component: string): Promise<BuiltImage> {
  const container = await containerOf(request, component)
  const out = toolContainer(request.toolbox, "node")
    .withDirectory("/archive", programs("src/build/archive"))
    .withMountedFile("/image.tar", container.asTarball())
    .withDirectory("/out", dag.directory())
    .withExec(["node", "/archive/main.ts", "/image.tar", "/out"])
    .directory("/out")
  const facts: ArchiveFacts = JSON.parse(
    await out
      .file("facts.json")
      .contents()
      .catch((cause: unknown) => {
        throw new SignalboxError(
          "TOOL_FAILED",
          { what: `the image of ${component} could not be built`, why: whyFailed(cause) },
          { cause },
        )
      }),
  )
  return { component, container, layout: out.directory("layout"), facts }
}
