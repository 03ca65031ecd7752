import { decideTreeRun } from "../engine/tree-tool/decide.ts"
import { lintFiles, treeFiles } from "../engine/tree-tool/exec.ts"
import { whyNotNamed } from "../engine/tree-tool/named.ts"
import { readTreeRun, type TreeReading, type TreeRun } from "../engine/tree-tool/read.ts"
import type { LinterSettings } from "../engine/tree-tool/settings.ts"
import type { Gate } from "../gate.ts"
import { dockerfilesIn } from "./files.ts"
import { hadolint } from "./read.ts"
import { hadolintRun } from "./tool.ts"

interface Named<T> {
  readonly run: T
  readonly errors: readonly string[]
}

/** hadolint over every Dockerfile of the tree. It reads no settings of the tree and obeys no comment in it. */
export const gate: Gate<LinterSettings | undefined, Named<TreeRun>, Named<TreeReading>> = {
  async appliesTo(config, { source }) {
    const notNamed = whyNotNamed(config.gates, "dockerfile")
    if (notNamed !== undefined) return { applies: false, why: notNamed }
    const { files, notLooked, errors } = dockerfilesIn(await treeFiles(source), config)
    if (files.length + notLooked.length + errors.length > 0) return { applies: true }
    return { applies: false, why: "no Dockerfile in the tree" }
  },
  async run(context) {
    const { errors, ...files } = dockerfilesIn(await treeFiles(context.source), context.config)
    const { output, raw } = await lintFiles(context, files, hadolintRun)
    return { output: { run: output, errors }, ...(raw === undefined ? {} : { raw }) }
  },
  read: ({ run, errors }) => ({ run: readTreeRun(run, hadolint), errors }),
  decide: ({ run, errors }, config, settings) =>
    decideTreeRun({ ...run, errors: [...errors, ...run.errors] }, "Dockerfiles", config, settings),
}
