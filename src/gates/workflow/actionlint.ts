import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { fileOf, type LinterForm } from "../engine/tree-tool/read.ts"
import { readJson } from "../formats/read.ts"

const report = z.array(
  z.object({
    message: z.string().min(1),
    filepath: z.string().min(1),
    line: z.int(),
    column: z.int(),
    kind: z.string().regex(/^[a-z-]+$/),
  }),
)

type Entry = z.output<typeof report>[number]

/** It has read nothing of the file. */
const isUnread = ({ kind, message }: Entry): boolean =>
  kind === "syntax-check" && message.startsWith("could not parse as YAML")

/** The JSON of `actionlint -format '{{json .}}'`. It knows no degrees: all that it reports are errors. */
export const actionlint: LinterForm = {
  name: "actionlint",
  read(text) {
    const entries = readJson("actionlint", text, report)
    return {
      findings: entries.filter((one) => !isUnread(one)).map(finding),
      unread: entries.filter(isUnread).map(finding),
    }
  },
  hasFindings: (exitCode) => exitCode === 1,
}

function finding({ message, filepath, line, column, kind }: Entry): ToolFinding {
  // GitHub knows this form for actions of the same repository, which zizmor recommends, and actionlint 1.7.12 does not.
  const unknownForm = kind === "action" && message.startsWith('specifying action "$/')
  return {
    rule: `actionlint/${kind}`,
    severity: unknownForm ? "info" : "high",
    message: unknownForm ? "actionlint does not know this form: it has not checked the call" : forUs(message),
    location: { file: fileOf(filepath), ...(line < 1 ? {} : { line }), ...(column < 1 ? {} : { column }) },
    help: "https://github.com/rhysd/actionlint/blob/main/docs/checks.md",
    subject: subjectOf(forUs(message)),
  }
}

/** Its own settings file, which it names for labels of runners, is not obeyed here; the tree lies in /tree for it. */
function forUs(message: string): string {
  return message
    .replace(
      "if it is a custom label for self-hosted runner, set list of labels in actionlint.yaml config file",
      "if it is a label of a runner of your own, name it in gates.workflow.runnerLabels",
    )
    .replaceAll('"/tree/', '"')
}

/** Without places in the file, which move, and without lists of what there is, which grow with every version. */
function subjectOf(message: string): string {
  return message
    .replaceAll(/\bline:\d+,\s*col(?:umn)?:\d+/g, "line")
    .replace(/\. (?:available|expected one of) .*$/s, "")
}
