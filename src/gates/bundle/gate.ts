import { type Container, dag } from "@dagger.io/dagger"
import { type ImageLabel, imageLabel } from "../../build/index.ts"
import { asSignalboxError, type ToolIdentity } from "../../domain/index.ts"
import { programs, toolContainer, usedTool, whyFailed } from "../../toolbox/index.ts"
import { outDirectory, settle } from "../engine/exec.ts"
import { mergeJudgements, noResult } from "../engine/merge.ts"
import type { Gate, GateContext, ToolOutcome } from "../gate.ts"
import { judgeBundle } from "./decide.ts"
import { type Measured, readMeasured } from "./read.ts"
import type { Budget, BundleSettings } from "./settings.ts"

interface ComponentFiles<T> {
  readonly component: string
  /** Its image, where it has several. */
  readonly label: ImageLabel
  readonly budgets: readonly Budget[]
  /** What was measured, or why nothing was. */
  readonly files: T | string
}

interface ToolResult<T> {
  readonly tool: ToolIdentity
  readonly components: readonly ComponentFiles<T>[]
  /** Components of budgets that are none. */
  readonly unknown: readonly string[]
}

const report = "measured.json"
const noBudget = "gates.bundle.budgets names none of its files"

/** Files that builds have to write, in the image as it is published: that they are there, and how large they are. */
export const gate: Gate<BundleSettings, ToolResult<ToolOutcome>, ToolResult<readonly Measured[]>> = {
  appliesTo: async ({ components, gates }) => {
    const { budgets } = gates.bundle
    if (budgets.length === 0)
      return { applies: false, why: "gates.bundle.budgets names no file that a build has to write" }
    const skipped = Object.keys(components)
      .filter((name) => !budgets.some(({ component }) => component === name))
      .map((component) => ({ component, why: noBudget }))
    // A budget whose component is none is told by `run`: with nothing else to judge, it must not get lost.
    return skipped.length < Object.keys(components).length ? { applies: true, skipped } : { applies: true }
  },
  async run(context, { budgets }) {
    const names = Object.keys(context.config.components).filter((name) =>
      budgets.some(({ component }) => component === name),
    )
    const [tool, components] = await Promise.all([
      usedTool(context.toolbox, "node"),
      Promise.all(names.map((name) => measured(context, name, budgets))),
    ])
    const others = [...new Set(budgets.map(({ component }) => component))].filter(
      (name) => !names.includes(name),
    )
    return {
      output: {
        tool,
        components: components.flat(),
        unknown: others.flatMap((name) => unknownOf(context, name)),
      },
    }
  },
  read: ({ components, ...rest }) => ({
    ...rest,
    components: components.map(({ files, ...one }) => ({ ...one, files: readOutcome(files) })),
  }),
  decide({ tool, components, unknown }, config) {
    const parts = components.map(({ component, label, budgets, files }) =>
      typeof files === "string"
        ? noResult(`${label.name}: ${files}`)
        : judgeBundle(component, budgets, files, label),
    )
    const judged = mergeJudgements(parts)
    const errors = unknown.map((why) => `gates.bundle.budgets: ${why}`)
    // Every budget is about a component that the call is not about.
    const skipped =
      components.length > 0
        ? {}
        : { skipped: Object.keys(config.components).map((component) => ({ component, why: noBudget })) }
    return { ...judged, ...skipped, errors: [...errors, ...judged.errors], tools: [tool] }
  },
}

/** A component that the call is not about is none of its mistakes. */
function unknownOf(context: GateContext, name: string): readonly string[] {
  try {
    context.request(name)
    return []
  } catch (thrown) {
    return [asSignalboxError(thrown).detail.what]
  }
}

async function measured(
  context: GateContext,
  component: string,
  all: readonly Budget[],
): Promise<readonly ComponentFiles<ToolOutcome>[]> {
  const budgets = all.filter((one) => one.component === component)
  try {
    const { platforms } = await context.image(component)
    return await Promise.all(
      platforms.map(async ({ label, container }) => ({
        ...{ component, label, budgets },
        files: await measuredIn(context, container, budgets).catch(whyFailed),
      })),
    )
  } catch (thrown) {
    return [{ component, label: imageLabel(component), budgets, files: whyFailed(thrown) }]
  }
}

async function measuredIn(
  context: GateContext,
  image: Container,
  budgets: readonly Budget[],
): Promise<ToolOutcome> {
  const request = budgets.map(({ files, compression }) => ({ files, compression }))
  const done = toolContainer(context.toolbox, "node")
    .withDirectory("/measure", programs("src/gates/bundle/measure"))
    .withNewFile("/request.json", JSON.stringify(request))
    .withMountedDirectory("/image", image.rootfs())
    .withDirectory(outDirectory, dag.directory())
    .withExec(["node", "/measure/main.ts", "/image", "/request.json", outDirectory])
  return settle(done, [report])
}

function readOutcome(outcome: ToolOutcome | string): readonly Measured[] | string {
  if (typeof outcome === "string") return outcome
  if (!outcome.finished) return `its files could not be measured: ${outcome.why}`
  try {
    return readMeasured(outcome.files[report])
  } catch (thrown) {
    return asSignalboxError(thrown).message
  }
}
