import type { SignalboxConfig } from "../../config/index.ts"
import { decideTreeRun } from "../engine/tree-tool/decide.ts"
import type { NotLooked, TreeReading } from "../engine/tree-tool/read.ts"
import type { LinterSettings } from "../engine/tree-tool/settings.ts"
import type { Judgement } from "../gate.ts"

export interface Readings {
  /** Of the workflows alone. */
  readonly actionlint: TreeReading
  /** Of all files. */
  readonly zizmor: TreeReading
}

/** What both have found. A file is judged where zizmor has judged it: it is given all of them. */
export function decideWorkflows(
  { actionlint, zizmor }: Readings,
  config: Pick<SignalboxConfig, "components">,
  settings?: LinterSettings,
): Judgement {
  const both = [actionlint, zizmor]
  const reading: TreeReading = {
    tool: zizmor.tool,
    files: zizmor.files,
    findings: both.flatMap(({ findings }) => findings),
    unread: both.flatMap(({ unread }) => unread),
    notLooked: once(both.flatMap(({ notLooked }) => notLooked)),
    silencers: both.flatMap(({ silencers }) => silencers),
    errors: both.flatMap(({ tool, errors }) => errors.map((why) => `${tool.name}: ${why}`)),
    reports: Object.fromEntries(both.flatMap(reportsOf)),
  }
  const judgement = decideTreeRun(reading, "workflows and actions", config, settings)
  return {
    ...judgement,
    summary: `${judgement.summary}; commands of \`run\` were not given to ShellCheck`,
    tools: both.map(({ tool }) => tool),
  }
}

/** An empty file is told by each of them. What refuses comes first: the summary names a few. */
function once(all: readonly NotLooked[]): readonly NotLooked[] {
  const key = ({ file, line, why }: NotLooked) => JSON.stringify([file, line, why])
  const each = [...new Map(all.map((one) => [key(one), one])).values()]
  return each.toSorted((a, b) => Number(b.refuses === true) - Number(a.refuses === true))
}

const reportsOf = ({ tool, reports }: TreeReading) =>
  Object.entries(reports).map(([name, text]) => [`${tool.name}/${name}`, text] as const)
