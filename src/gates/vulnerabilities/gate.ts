import { type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import type { DatabaseIdentity, ToolIdentity } from "../../domain/index.ts"
import { toolIdentity, whyFailed } from "../../toolbox/index.ts"
import { mergeJudgements, unjudged } from "../engine/merge.ts"
import type { Gate } from "../gate.ts"
import { judgeScans } from "./decide.ts"
import { type ComponentScans, readScans, type ScanReading } from "./read.ts"
import { databaseIdentity, scanComponent } from "./scan.ts"
import type { VulnerabilitiesSettings } from "./settings.ts"

interface Of<T> {
  readonly tool: ToolIdentity
  /** Into which it was looked, or why there is none: then nothing was scanned. */
  readonly database: DatabaseIdentity | string
  readonly components: readonly { readonly name: string; readonly component: Component; readonly seen: T }[]
}

/**
 * Trivy over each component's lock file and image, with the advisory database of the toolbox: never a downloaded one, so
 * that a verdict can be repeated and says against what it holds. Settings and ignore files of the tree are not there.
 */
export const gate: Gate<VulnerabilitiesSettings, Of<ComponentScans>, Of<ScanReading>> = {
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    const tool = toolIdentity(context.toolbox, "trivy")
    const database = await databaseIdentity(context).catch(whyFailed)
    if (typeof database === "string") return { output: { tool, database, components: [] } }
    const images = await context.images().catch(whyFailed)
    const components = await Promise.all(
      Object.entries(context.config.components).map(async ([name, component]) => {
        const built = typeof images === "string" ? images : images.find((one) => one.component === name)
        const seen = await scanComponent(context, name, component, built ?? "the image was not built")
        return { name, component, seen }
      }),
    )
    const raw = components.reduce(
      (all: Directory, { name, seen }) => all.withDirectory(name, seen.raw),
      dag.directory(),
    )
    return { output: { tool, database, components }, raw }
  },
  read: ({ components, ...rest }) => ({
    ...rest,
    components: components.map((one) => ({ ...one, seen: readScans(one.name, one.seen) })),
  }),
  decide({ tool, database, components }, _, { failOn }) {
    if (typeof database === "string") return { ...unjudged(database, [tool]), failOn }
    const parts = components.map(({ name, seen }) => judgeScans(name, seen))
    return { ...mergeJudgements(parts), tools: [tool], database, failOn }
  },
}
