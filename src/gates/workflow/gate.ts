import { dag } from "@dagger.io/dagger"
import { program, toolContainer } from "../../toolbox/index.ts"
import { lintFiles } from "../engine/tree-tool/exec.ts"
import { whyNotNamed } from "../engine/tree-tool/named.ts"
import { readTreeRun, type TreeRun } from "../engine/tree-tool/read.ts"
import { readJson } from "../formats/read.ts"
import type { Gate, GateContext } from "../gate.ts"
import { actionlint } from "./actionlint.ts"
import { decideWorkflows, type Readings } from "./decide.ts"
import { filesOf, foundWorkflows } from "./files.ts"
import type { WorkflowSettings } from "./settings.ts"
import { actionlintRun, zizmorRun } from "./tools.ts"
import { zizmor } from "./zizmor.ts"

interface Runs {
  readonly actionlint: TreeRun
  readonly zizmor: TreeRun
}

async function workflowsIn({ source, toolbox }: GateContext) {
  const find = "/signalbox/workflow/find.ts"
  const text = await toolContainer(toolbox, "node")
    .withUser("0")
    .withFile(find, program("src/gates/workflow/find.ts"))
    .withFile("/signalbox/engine/code-digests.ts", program("src/gates/engine/code-digests.ts"))
    .withMountedDirectory("/tree", source)
    .withExec(["node", find, "/tree"])
    .stdout()
  return filesOf(readJson("find.ts", text, foundWorkflows))
}

/** actionlint and zizmor over the workflows and actions of the tree. They read no settings of it and obey no comment in it. */
export const gate: Gate<WorkflowSettings | undefined, Runs, Readings> = {
  async appliesTo(config, context) {
    const notNamed = whyNotNamed(config.gates, "workflow")
    if (notNamed !== undefined) return { applies: false, why: notNamed }
    const { isAny } = await workflowsIn(context)
    return isAny ? { applies: true } : { applies: false, why: "no workflow and no action in the tree" }
  },
  async run(context, settings) {
    const files = await workflowsIn(context)
    const [first, second] = await Promise.all([
      lintFiles(context, files.actionlint, actionlintRun(settings?.runnerLabels ?? [])),
      lintFiles(context, files.zizmor, zizmorRun),
    ])
    const output = { actionlint: first.output, zizmor: second.output }
    const raw = [
      ["actionlint", first.raw],
      ["zizmor", second.raw],
    ] as const
    const directory = raw.reduce(
      (all, [name, one]) => (one === undefined ? all : all.withDirectory(name, one)),
      dag.directory(),
    )
    return { output, raw: directory }
  },
  read: (runs) => ({
    actionlint: readTreeRun(runs.actionlint, actionlint),
    zizmor: readTreeRun(runs.zizmor, zizmor),
  }),
  decide: decideWorkflows,
}
