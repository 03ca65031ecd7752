import type { BuiltImage } from "../../build/index.ts"
import { componentNamed } from "../../config/index.ts"
import type { ToolIdentity } from "../../domain/index.ts"
import { toolIdentity } from "../../toolbox/index.ts"
import { mergeJudgements } from "../engine/merge.ts"
import type { Gate } from "../gate.ts"
import { judgeImage } from "./decide.ts"

interface Built {
  readonly images: readonly Pick<BuiltImage, "component" | "facts">[]
  readonly tool: ToolIdentity
}

/** The built images: within their budgets, as unprivileged users. A build that fails is this gate's error. */
export const gate: Gate<unknown, Built, Built> = {
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    return { output: { images: await context.images(), tool: toolIdentity(context.toolbox, "node") } }
  },
  // The build has already read what it made.
  read: (built) => built,
  decide({ images, tool }, config) {
    const parts = images.map(({ component, facts }) =>
      judgeImage(component, componentNamed(config, component), facts),
    )
    return { ...mergeJudgements(parts), tools: [tool] }
  },
}
