import { type Directory, dag } from "@dagger.io/dagger"
import type { Component } from "../../config/index.ts"
import type { DatabaseIdentity, ToolIdentity } from "../../domain/index.ts"
import { usedTool, whyFailed } from "../../toolbox/index.ts"
import { mergeJudgements, noResult } from "../engine/merge.ts"
import { mergePlatforms } from "../engine/platforms.ts"
import type { Gate } from "../gate.ts"
import { judgeScans } from "./decide.ts"
import { type ComponentScans, readScans, type ScanReading } from "./read.ts"
import { databases, scanComponent } from "./scan.ts"
import type { VulnerabilitiesSettings } from "./settings.ts"

interface ToolResult<T> {
  readonly tool: ToolIdentity
  /** The advisory database of the scans, or why there is none: then nothing was scanned. */
  readonly database: DatabaseIdentity | string
  /** Index by which archives of Java were recognised; null where there was none to recognise. */
  readonly javaIndex: ToolIdentity | null
  /** Each with the scans of its image, or of its image for each platform. */
  readonly components: readonly {
    readonly name: string
    readonly component: Component
    readonly scans: readonly T[]
  }[]
}

/**
 * Trivy over each component's lock file and its image for each platform, with the advisory database of the toolbox: never a downloaded one,
 * so that a verdict can be repeated and names its database. The scan does not see the tree's Trivy settings and ignore
 * files.
 */
export const gate: Gate<VulnerabilitiesSettings, ToolResult<ComponentScans>, ToolResult<ScanReading>> = {
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    const tool = await usedTool(context.toolbox, "trivy")
    const found = await databases(context).catch(whyFailed)
    if (typeof found === "string")
      return { output: { tool, database: found, javaIndex: null, components: [] } }
    const database = found.identity
    const components = await Promise.all(
      Object.entries(context.config.components).map(async ([name, component]) => {
        const scans = await scanComponent(
          context,
          name,
          component,
          await context.image(name).catch(whyFailed),
          found,
        )
        return { name, component, scans }
      }),
    )
    const raw = components
      .flatMap(({ scans }) => scans)
      .reduce((all: Directory, { label, raw }) => all.withDirectory(label.path, raw), dag.directory())
    const javaIndex = await found.javaIdentity()
    return { output: { tool, database, javaIndex, components }, raw }
  },
  read: ({ components, ...rest }) => ({
    ...rest,
    components: components.map((one) => ({
      ...one,
      scans: one.scans.map((scans) => readScans(one.name, scans)),
    })),
  }),
  decide({ tool, database, javaIndex, components }, _, { failOn }) {
    if (typeof database === "string") return { ...noResult(database, [tool]), failOn }
    const parts = components.map(({ name, scans }) =>
      mergePlatforms(scans.map((one) => judgeScans(name, one))),
    )
    const ran = components
      .flatMap(({ scans }) => scans)
      .flatMap(({ lock, image }) => lock?.version ?? image?.version ?? [])
    // What ran is what Trivy says of itself; the toolbox file says what should run.
    const tools = [{ ...tool, version: ran[0] ?? tool.version }, ...(javaIndex === null ? [] : [javaIndex])]
    return { ...mergeJudgements(parts), tools, database, failOn }
  },
}
