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
import type { BuiltImage, PlatformImage } from "./built-image.ts"
import { assertComplete } from "./complete.ts"
import { hardened } from "./harden.ts"
import { type ImageLabel, imageLabel } from "./image-label.ts"
import type { LabelOptions } from "./labels.ts"
import { assertBuiltFor, assertPlatforms, chosenPlatform, imagePlatforms, indexed } from "./platforms.ts"
import { together } from "./together.ts"

export interface BuildAll {
  readonly config: Pick<SignalboxConfig, "components">
  readonly source: Directory
  readonly toolbox: ToolboxFile
  readonly trust: Trust
  readonly login?: RegistryLogin | undefined
  readonly secrets?: ReadonlyMap<string, Secret> | undefined
  readonly labels?: Omit<LabelOptions, "title">
}

/**
 * The container of one component, not yet built.
 * @param platform of a component that has several. Default: the engine's own, which can be run.
 * @throws UNKNOWN_COMPONENT, CONFIG_INVALID; USAGE for a platform that it has no image for
 */
export async function containerOf(request: BuildAll, name: string, platform?: string): Promise<Container> {
  const of = await checkedRequest(request, name)
  const platforms = await imagePlatforms(of)
  const wanted = await chosenPlatform(name, platforms, platform)
  return (await imageOf(request, of, wanted)).container
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
  await assertPlatforms(of, language)
  await language.assertBuildable(of)
  const { component } = of
  if ("path" in component) await assertComplete({ ...of, path: rootOf(component) })
}

/** The request about a component whose inputs are there. @throws UNKNOWN_COMPONENT, CONFIG_INVALID */
async function checkedRequest(request: BuildAll, name: string): Promise<ComponentRequest<Component>> {
  const of = await componentRequest(request, name)
  await assertInputs(of, await languageOf(of.component))
  return of
}

interface OneImage extends Pick<PlatformImage, "container" | "packageIndex"> {
  readonly published?: ImageRef
}

/** @param platform one of `imagePlatforms`. */
async function imageOf(
  { labels }: BuildAll,
  of: ComponentRequest<Component>,
  platform: string | undefined,
): Promise<OneImage> {
  const language = await languageOf(of.component)
  const image = await language.image({ ...of, platform })
  if ("published" in image) return image
  const { packageIndex } = image
  return { container: hardened(image, { title: of.name, ...labels }), packageIndex }
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
  const of = await checkedRequest(request, component)
  const wanted = await imagePlatforms(of)
  const [first, ...others] = wanted
  const isOne = others.length === 0
  const build = (platform: string | undefined) =>
    buildFor(request, of, platform, imageLabel(component, isOne ? undefined : platform))
  const [one, ...more] = await Promise.all([build(first), ...others.map(build)])
  const { published, ...image } = one
  if (isOne) {
    const { layout, facts } = image
    // The engine rewrites the documents of an image, so that its export has another digest than the image that it pulled.
    return published === undefined
      ? { component, digest: facts.digest, platforms: [image], layout }
      : { component, digest: published.digest, platforms: [image], layout, published }
  }
  const platforms = [image, ...more] as const
  const index = await indexed(platforms)
  return published === undefined
    ? { component, platforms, ...index }
    : { component, platforms, layout: index.layout, digest: published.digest, published }
}

async function buildFor(
  request: BuildAll,
  of: ComponentRequest<Component>,
  platform: string | undefined,
  label: ImageLabel,
): Promise<PlatformImage & Pick<BuiltImage, "published">> {
  const language = await languageOf(of.component)
  const { container, published, packageIndex } = await imageOf(request, of, platform)
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
            what: `the image of ${label.name} could not be built`,
            why: whyFailed(cause, language.reasonIn),
            next: "fix what it names; where that is a network or a disk: dagger call doctor",
          },
          { cause },
        )
      }),
  )
  const isPulled = published !== undefined
  if (platform !== undefined) await assertBuiltFor(of, { container, facts, platform, isPulled })
  await language.assertStarts(of, container)
  const image = { label, container, packageIndex, layout: out.directory("layout"), facts }
  return published === undefined
    ? image
    : { ...image, facts: { ...facts, digest: published.digest }, published }
}
