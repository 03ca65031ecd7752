import type { ToolIdentity } from "../../domain/index.ts"
import { usedTool } from "../../toolbox/index.ts"
import { mergeJudgements } from "../engine/merge.ts"
import type { Gate } from "../gate.ts"
import { judgeLicenses } from "./decide.ts"
import { policyOf } from "./policy.ts"
import { readSboms, type SbomReading } from "./read.ts"
import { type ComponentSboms, sbomsOf } from "./sboms.ts"
import { hasPolicy, type LicensesSettings } from "./settings.ts"

interface ToolResult<T> {
  readonly tool: ToolIdentity
  readonly components: readonly { readonly name: string; readonly sboms: T }[]
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
    components: components.map(({ name, sboms }) => ({ name, sboms: readSboms(name, sboms) })),
  }),
  decide({ tool, components }, _, settings) {
    const { policy, problems } = policyOf(settings)
    const parts = components.map(({ name, sboms }) => judgeLicenses(name, sboms, policy, settings))
    const judged = mergeJudgements(parts)
    const ran = components.flatMap(
      ({ sboms: { image, bundled } }) => image?.toolVersion ?? bundled?.toolVersion ?? [],
    )
    const tools = [{ ...tool, version: ran[0] ?? tool.version }]
    return { ...judged, errors: [...problems, ...judged.errors], tools }
  },
}
