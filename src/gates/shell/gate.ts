import { z } from "zod"
import { program, toolContainer } from "../../toolbox/index.ts"
import { decideTreeRun } from "../engine/tree-tool/decide.ts"
import { lintFiles, type TreeFiles } from "../engine/tree-tool/exec.ts"
import { whyNotNamed } from "../engine/tree-tool/named.ts"
import { readTreeRun, type TreeReading, type TreeRun } from "../engine/tree-tool/read.ts"
import type { LinterSettings } from "../engine/tree-tool/settings.ts"
import { readJson } from "../formats/read.ts"
import type { Gate, GateContext } from "../gate.ts"
import { shellcheck } from "./read.ts"
import { shellcheckRun, withSourced } from "./tool.ts"

const scripts = z.object({
  files: z.array(z.string()),
  sourced: z.array(z.object({ file: z.string(), shell: z.string() })),
  beside: z.array(z.string()),
  notLooked: z.array(
    z.object({
      ...{ file: z.string(), why: z.string(), refuses: z.boolean().optional() },
      code: z.string().optional(),
    }),
  ),
})

/** The shell scripts of the tree. Many have no ending: their first line tells. */
async function scriptsIn({ source, toolbox }: GateContext): Promise<TreeFiles> {
  const find = "/signalbox/shell/find.ts"
  const text = await toolContainer(toolbox, "node")
    .withUser("0")
    .withFile(find, program("src/gates/shell/find.ts"))
    .withFile("/signalbox/engine/code-digests.ts", program("src/gates/engine/code-digests.ts"))
    .withMountedDirectory("/tree", source)
    .withExec(["node", find, "/tree"])
    .stdout()
  return withSourced(readJson("find.ts", text, scripts))
}

/** ShellCheck over every shell script of the tree. It reads no settings of the tree and obeys no comment in it. */
export const gate: Gate<LinterSettings | undefined, TreeRun, TreeReading> = {
  async appliesTo(config, context) {
    const notNamed = whyNotNamed(config.gates, "shell")
    if (notNamed !== undefined) return { applies: false, why: notNamed }
    const { files, notLooked } = await scriptsIn(context)
    if (files.length + notLooked.length > 0) return { applies: true }
    return { applies: false, why: "no shell script in the tree" }
  },
  run: async (context) => lintFiles(context, await scriptsIn(context), shellcheckRun),
  read: (run) => readTreeRun(run, shellcheck),
  decide: (reading, config, settings) => decideTreeRun(reading, "shell scripts", config, settings),
}
