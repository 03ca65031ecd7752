import type { ToolIdentity } from "../../domain/index.ts"
import { usedTool } from "../../toolbox/index.ts"
import { mergeJudgements } from "../engine/merge.ts"
import { mergePlatforms } from "../engine/platforms.ts"
import type { Gate } from "../gate.ts"
import { judgeLicenses } from "./decide.ts"
import { policyOf } from "./policy.ts"
import { readSboms, type SbomReading } from "./read.ts"
import { type ComponentSboms, sbomsOf } from "./sboms.ts"
import { hasPolicy, type LicensesSettings } from "./settings.ts"

interface ToolResult<T> {
  readonly tool: ToolIdentity
  /** Each with the SBOMs of its image, or of its image for each platform. */
  readonly components: readonly { readonly name: string; readonly sboms: readonly T[] }[]
}

/**
 * The licences of what is in each image, and of the packages that files in it are made of, against the lists of signalbox.yaml. What
 * nobody has decided is not judged: there is no list of our own.
 */
export const gate: Gate<LicensesSettings, ToolResult<ComponentSboms>, ToolResult<SbomReading>> = {
  appliesTo: async ({ gates }) =>
    hasPolicy(gates.licenses)
      ? { applies: true }
      : {
          applies: false,
          why: "no policy is set: gates.licenses has neither allow nor deny; dagger call build sbom lists the licences",
        },
  async run(context) {
    const [tool, components] = await Promise.all([
      usedTool(context.toolbox, "trivy"),
      Promise.all(
        Object.entries(context.config.components).map(async ([name, component]) => ({
          name,
          sboms: await sbomsOf(context, name, component),
        })),
      ),
    ])
    return { output: { tool, components } }
  },
  read: ({ tool, components }) => ({
    tool,
    components: components.map(({ name, sboms }) => ({
      name,
      sboms: sboms.map((one) => readSboms(name, one)),
    })),
  }),
  decide({ tool, components }, _, settings) {
    const { policy, problems } = policyOf(settings)
    const parts = components.map(({ name, sboms }) =>
      mergePlatforms(sboms.map((one) => judgeLicenses(name, one, policy, settings))),
    )
    const judged = mergeJudgements(parts)
    const ran = components
      .flatMap(({ sboms }) => sboms)
      .flatMap(({ image, bundled }) => image?.toolVersion ?? bundled?.toolVersion ?? [])
    const tools = [{ ...tool, version: ran[0] ?? tool.version }]
    return { ...judged, errors: [...problems, ...judged.errors], tools }
  },
}
