import type { BuiltImage } from "../../build/index.ts"
import { componentNamed } from "../../config/index.ts"
import type { ToolIdentity } from "../../domain/index.ts"
import { languageOf, type UnpinnedImage } from "../../languages/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { mergeJudgements } from "../engine/merge.ts"
import type { Gate } from "../gate.ts"
import { judgeImage } from "./decide.ts"

interface BuiltImages {
  readonly images: readonly Pick<BuiltImage, "component" | "facts">[]
  /** Base images that each component names without a digest. */
  readonly unpinned: Readonly<Record<string, readonly UnpinnedImage[]>>
  readonly tool: ToolIdentity
}

/** The built images: within their budgets, as unprivileged users. A build that fails is this gate's error. */
export const gate: Gate<unknown, BuiltImages, BuiltImages> = {
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    const { config, toolbox } = context
    const unpinned = Object.entries(config.components).map(async ([name, component]) => {
      const language = await languageOf(component)
      return [name, await language.unpinned(context.request(name))] as const
    })
    return {
      output: {
        images: await context.images(),
        unpinned: Object.fromEntries(await Promise.all(unpinned)),
        tool: toolIdentity(toolbox, "node"),
      },
    }
  },
  // The build has already read the facts of the images that it created.
  read: (built) => built,
  decide({ images, unpinned, tool }, config) {
    const parts = images.map(({ component, facts }) =>
      judgeImage(component, componentNamed(config, component), facts, unpinned[component]),
    )
    return { ...mergeJudgements(parts), tools: [tool] }
  },
}
