import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../config/index.ts"
import { SignalboxError } from "../domain/index.ts"
import { programs, type ToolboxFile, type Trust, toolContainer, whyFailed } from "../toolbox/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import { outputOf } from "./inputs.ts"
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
          {
            what: `the image of ${component} could not be built`,
            why: whyFailed(cause),
            next: "mend what it names; where that is a network or a disk: dagger call doctor",
          },
          { cause },
        )
      }),
  )
  await assertEntry(request, component, container)
  return { component, container, layout: out.directory("layout"), facts }
}

/** An image whose program is not in it starts nowhere, and would be found out by a roll-out that never gets ready. */
async function assertEntry(request: BuildAll, name: string, container: Container): Promise<void> {
  const component = request.config.components[name]
  if (component?.kind !== "service") return
  // As Node finds what it is told to run.
  for (const end of ["", ".js", "/index.js"]) if (await container.exists(`${component.entry}${end}`)) return
  const output = outputOf(component)
  const written = await container.directory(output).entries()
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${component.entry} is not in the image of ${name}`,
    where: `signalbox.yaml: components.${name}.entry`,
    why: `the script ${component.scripts.build} wrote to ${output}: ${written.slice(0, 8).join(", ") || "nothing"}`,
    next: "correct the entry: the file that Node runs, relative to the component's path",
  })
}
