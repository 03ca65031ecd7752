import type { BuiltImage } from "../../build/index.ts"
import { componentNamed } from "../../config/index.ts"
import { ExitCode, SignalboxError, type ToolIdentity } from "../../domain/index.ts"
import { languageOf, type UnpinnedImage } from "../../languages/index.ts"
import { usedTool, whyFailed } from "../../toolbox/index.ts"
import { mergeJudgements, noResult } from "../engine/merge.ts"
import { mergePlatforms } from "../engine/platforms.ts"
import type { Gate } from "../gate.ts"
import { judgeImage, withPlatform } from "./decide.ts"

interface ComponentImage {
  readonly component: string
  /** Its image for each platform, or why there is none. */
  readonly image: Pick<BuiltImage, "platforms" | "published"> | string
  /** Base images that it names without a digest. */
  readonly unpinned: readonly UnpinnedImage[]
}

interface BuiltImages {
  readonly images: readonly ComponentImage[]
  readonly tool: ToolIdentity
}

/** The built images: within their budgets, as unprivileged users. An image that cannot be built is the error of its component. */
export const gate: Gate<unknown, BuiltImages, BuiltImages> = {
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    const { config, toolbox } = context
    const images = Object.entries(config.components).map(
      async ([name, component]): Promise<ComponentImage> => {
        const language = await languageOf(component)
        const [image, unpinned] = await Promise.all([
          context.image(name).catch(orWhy),
          language.unpinned(context.request(name)),
        ])
        return { component: name, image, unpinned }
      },
    )
    return { output: { images: await Promise.all(images), tool: await usedTool(toolbox, "node") } }
  },
  // The build has already read the facts of the images that it created.
  read: (built) => built,
  decide({ images, tool }, config) {
    const parts = images.map(({ component, image, unpinned }) =>
      typeof image === "string"
        ? noResult(`${component}: ${image}`)
        : mergePlatforms(
            image.platforms.map(({ facts, label }) => {
              const judged = judgeImage(component, componentNamed(config, component), facts, unpinned, label)
              const isAlone = image.published !== undefined && image.platforms.length === 1
              return isAlone ? withPlatform(judged, facts) : judged
            }),
          ),
    )
    return { ...mergeJudgements(parts), tools: [tool] }
  },
}

/** Why an image was not built. @throws the caller's own mistakes, which end the call */
function orWhy(thrown: unknown): string {
  if (
    thrown instanceof SignalboxError &&
    thrown.exitCode === ExitCode.usage &&
    thrown.code !== "SECRET_MISSING"
  )
    throw thrown
  return whyFailed(thrown)
}
