import { type Container, type Directory, dag, type Secret } from "@dagger.io/dagger"
import type { SignalboxConfig } from "../config/index.ts"
import { type ImageRef, SignalboxError } from "../domain/index.ts"
import {
  type Component,
  type ComponentRequest,
  type Language,
  languageOf,
  type RegistryLogin,
  rootOf,
} from "../languages/index.ts"
import { programs, type ToolboxFile, type Trust, toolContainer, whyFailed } from "../toolbox/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import { assertComplete } from "./complete.ts"
import { hardened } from "./harden.ts"
import type { LabelOptions } from "./labels.ts"
import { together } from "./together.ts"

/** One component's image: a container to run, an OCI layout to scan and push, and the facts of its configuration. */
export interface BuiltImage {
  readonly component: string
  readonly container: Container
  /** OCI image layout (a directory): equal content gives equal bytes. */
  readonly layout: Directory
  readonly facts: ArchiveFacts
  /** Its reference, if it was built elsewhere: `facts.digest` is that of the reference, not that of `layout`. */
  readonly published?: ImageRef
  /** Names the packages in it whose files do not; see `UnhardenedImage`. */
  readonly packageIndex?: Directory | undefined
}

export interface BuildAll {
  readonly config: Pick<SignalboxConfig, "components">
  readonly source: Directory
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly login?: RegistryLogin | undefined
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
  readonly labels?: Omit<LabelOptions, "title">
}

/** The container of one component, not yet built. @throws UNKNOWN_COMPONENT, CONFIG_INVALID */
export async function containerOf(request: BuildAll, name: string): Promise<Container> {
  return (await imageOf(request, name)).container
}

/**
 * Checks that all inputs of the components' images exist, before anything is checked or built.
 * @throws CONFIG_INVALID, SECRET_MISSING
 */
export async function assertBuildable(request: BuildAll): Promise<void> {
  await together(Object.keys(request.config.components), async (name) => {
    const of = await componentRequest(request, name)
    await assertInputs(of, await languageOf(of.component))
  })
}

/** What the build of a component leaves out of its directory by its language's own list. @throws UNKNOWN_COMPONENT */
export async function leftOutOf(request: BuildAll, name: string): Promise<readonly string[]> {
  const of = await componentRequest(request, name)
  const language = await languageOf(of.component)
  return (await language.leftOut?.(of)) ?? []
}

async function assertInputs(of: ComponentRequest<Component>, language: Language<Component>): Promise<void> {
  await language.assertBuildable(of)
  const { component } = of
  if ("path" in component) await assertComplete({ ...of, path: rootOf(component) })
}

async function imageOf(
  request: BuildAll,
  name: string,
): Promise<Pick<BuiltImage, "container" | "published" | "packageIndex">> {
  const of = await componentRequest(request, name)
  const language = await languageOf(of.component)
  await assertInputs(of, language)
  const image = await language.image(of)
  if ("published" in image) return image
  const { packageIndex } = image
  return { container: hardened(image, { title: name, ...request.labels }), packageIndex }
}

async function componentRequest(
  { config, labels: _, ...inputs }: BuildAll,
  name: string,
): Promise<ComponentRequest<Component>> {
  const { componentNamed } = await import("../config/index.ts")
  return { ...inputs, name, component: componentNamed(config, name) }
}

/** Builds components in parallel, and reads the facts of their images. None named: every component. Every failure is told. */
export async function buildAll(
  request: BuildAll,
  names: readonly string[] = [],
): Promise<readonly BuiltImage[]> {
  const wanted = names.length === 0 ? Object.keys(request.config.components) : names
  return together(wanted, (name) => buildImage(request, name))
}

/** Builds one component. @throws CONFIG_INVALID where it does not exist, TOOL_FAILED when it cannot be built. */
export async function buildImage(request: BuildAll, component: string): Promise<BuiltImage> {
  const of = await componentRequest(request, component)
  const language = await languageOf(of.component)
  const { container, published, packageIndex } = await imageOf(request, component)
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
            why: whyFailed(cause, language.reasonIn),
            next: "fix what it names; where that is a network or a disk: dagger call doctor",
          },
          { cause },
        )
      }),
  )
  await language.assertStarts(of, container)
  const image = { component, container, packageIndex, layout: out.directory("layout") }
  // The engine rewrites the documents of an image, so that its export has another digest than the image that it pulled.
  return published === undefined
    ? { ...image, facts }
    : { ...image, facts: { ...facts, digest: published.digest }, published }
}
