import { type Directory, dag } from "@dagger.io/dagger"
import { componentNamed } from "../config/index.ts"
import { toolIdentity } from "../toolbox/index.ts"
import type { Gate } from "./context.ts"
import { judgeImage } from "./judge/images.ts"
import { mergeJudgements } from "./judgement.ts"

/** The built images: within their budgets, as unprivileged users. A build that fails is this gate's error. */
export const images: Gate = {
  name: "images",
  async run(context) {
    const built = await context.images()
    const parts = built.map(({ component, facts }) =>
      judgeImage(component, componentNamed(context.config, component), facts),
    )
    const judgement = mergeJudgements(parts)
    const raw = Object.entries(judgement.reports).reduce(
      (all: Directory, [name, text]) => all.withNewFile(name, text),
      dag.directory(),
    )
    return { judgement: { ...judgement, tools: [toolIdentity(context.toolbox, "node")] }, raw }
  },
}
