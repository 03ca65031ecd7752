import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { SignalboxError } from "../domain/index.ts"
import {
  assertProcessor,
  type Component,
  type ComponentRequest,
  type Engine,
  enginePlatform,
  type Language,
  languageOf,
  platformsOf,
  statedPlatforms,
} from "../languages/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"
import type { Descriptor } from "./archive/normalise.ts"
import { imageIndex } from "./archive/platforms.ts"
import type { BuiltImage, PlatformImage } from "./built-image.ts"

type Request = ComponentRequest<Component>

/** The platforms that a component has an image for; undefined stands for whatever its build gives. */
export async function imagePlatforms({
  component,
}: Pick<Request, "component">): Promise<readonly [string | undefined, ...string[]]> {
  const language = await languageOf(component)
  if (language.isPulled === true) {
    const [first, ...others] = "platforms" in component ? (statedPlatforms(component) ?? []) : []
    return [first, ...others]
  }
  return language.forAnyPlatform?.(component) === true ? platformsOf(component) : [undefined]
}

/**
 * Checks before anything is built that an engine can give what a component states of its platform: what runs during a build runs
 * on the engine's own.
 * @throws CONFIG_INVALID
 */
export async function assertPlatforms(
  { name, component }: Pick<Request, "name" | "component">,
  language: Pick<Language, "forAnyPlatform" | "isPulled">,
  engine?: Engine,
): Promise<void> {
  if (!("platforms" in component) || component.platforms === undefined) return
  if (language.isPulled === true || language.forAnyPlatform?.(component) === true) return
  const own = await enginePlatform(engine)
  if (component.platforms.every((platform) => platform === own)) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} is to be built for ${component.platforms.join(", ")}, and this engine runs on ${own}`,
    where: `signalbox.yaml: components.${name}.platforms`,
    why: "its packages are installed and its programs run while it is built, and nothing is run for a foreign processor",
    next: "build it on an engine of that platform, or leave platforms out: then the image is for the engine's own",
  })
}

/**
 * The one of a component's platforms that is meant.
 * @param asked Default: the only one; of several, the engine's own, which can be run.
 * @throws USAGE for one that it has no image for, CONFIG_INVALID where the engine can run none of them
 */
export async function chosenPlatform(
  name: string,
  platforms: readonly (string | undefined)[],
  asked?: string,
  engine?: Engine,
): Promise<string | undefined> {
  const [first, ...others] = platforms
  const names = platforms.flatMap((one) => one ?? [])
  if (asked !== undefined) {
    if (names.includes(asked)) return asked
    throw new SignalboxError("USAGE", {
      what: `${name} has no image for ${asked}`,
      where: `components.${name}`,
      next:
        names.length === 0
          ? "leave out --platform: it has one image"
          : `name one of them: ${names.join(", ")}`,
    })
  }
  if (others.length === 0) return first
  const own = await enginePlatform(engine)
  if (names.includes(own)) return own
  throw new SignalboxError("CONFIG_INVALID", {
    what: `this engine runs on ${own}, and ${name} has images for ${names.join(", ")}`,
    where: `signalbox.yaml: components.${name}.platforms`,
    why: "nothing is run for a foreign processor",
    next: "call an engine of one of these platforms",
  })
}

/** The image of a component that this engine can run. @throws CONFIG_INVALID where it can run none of several */
export async function runnable({ component, platforms }: BuiltImage): Promise<PlatformImage> {
  const [first] = platforms
  const wanted = await chosenPlatform(
    component,
    platforms.map(({ facts }) => facts.platform),
  )
  return platforms.find(({ facts }) => facts.platform === wanted) ?? first
}

interface Built {
  readonly container: Container
  readonly facts: ArchiveFacts
  readonly platform: string
  /** It was built elsewhere. Default: here. */
  readonly isPulled?: boolean
}

/** An image that is no index is the same for whatever platform it is asked for. @throws CONFIG_INVALID */
function assertPulledFor(name: string, facts: ArchiveFacts, platform: string): void {
  if (facts.platform === platform) return
  throw new SignalboxError("CONFIG_INVALID", {
    what: `the image of ${name} has none for ${platform}: what its registry gives is for ${facts.platform}`,
    where: `signalbox.yaml: components.${name}.platforms`,
    next: "name the platforms that it has",
  })
}

/**
 * Checks that an image is for the platform that it was asked for, by its configuration and by the headers of what is in it. An image of
 * the default platform alone is as its language has made it, which looks at the program itself.
 * @throws INTERNAL, CONFIG_INVALID
 */
export async function assertBuiltFor(
  { name, component, toolbox }: Request,
  { container, facts, platform, isPulled = false }: Built,
): Promise<void> {
  if (isPulled) return assertPulledFor(name, facts, platform)
  if (facts.platform !== platform)
    throw new SignalboxError("INTERNAL", {
      what: `the image of ${name} for ${platform} says that it is for ${facts.platform}`,
      where: `components.${name}`,
      why: "a node of that platform would pull it, and could not start it",
    })
  const isPlain = "platforms" in component ? component.platforms === undefined : true
  if (!isPlain) await assertProcessor(toolbox, name, container, platform)
}

/** The index of several images with their layout: the images' own, and the index beside them. */
export async function indexed(
  platforms: readonly PlatformImage[],
): Promise<Pick<BuiltImage, "digest" | "layout">> {
  const entries = await Promise.all(
    platforms.map(async ({ layout, facts: { platform } }) => ({ platform, manifest: await topOf(layout) })),
  )
  const { digest, documents } = imageIndex(entries)
  const images = platforms.reduce((all, { layout }) => all.withDirectory("/", layout), dag.directory())
  const layout = [...documents].reduce((all, [path, text]) => all.withNewFile(path, text), images)
  return { digest, layout }
}

/** The descriptor of the one image in a layout of ours. */
async function topOf(layout: Directory): Promise<Descriptor> {
  const { manifests }: { readonly manifests: readonly [Descriptor] } = JSON.parse(
    await layout.file("index.json").contents(),
  )
  return manifests[0]
}
