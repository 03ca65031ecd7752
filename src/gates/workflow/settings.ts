import { z } from "zod"
import { defaultSettings, linterSettings, stricterLinter } from "../engine/tree-tool/settings.ts"

export const workflowSettings = linterSettings.extend({
  runnerLabels: z
    .array(
      z
        .string()
        .regex(/^[\w.*?-]{1,100}$/, { error: "a label of a runner, or a pattern of labels with * and ?" }),
    )
    .default([])
    .describe(
      "Labels of the project's own runners, by which `runs-on` may name them beside those of GitHub. `*` and `?` stand for any characters, and any one.",
    ),
})

export type WorkflowSettings = z.output<typeof workflowSettings>

/** Refuses what either of two settings refuses. */
export function stricterWorkflow(
  settings: WorkflowSettings | undefined,
  floor: Partial<WorkflowSettings>,
): WorkflowSettings {
  const own = settings ?? { ...defaultSettings, runnerLabels: [] }
  const { runnerLabels } = floor
  return {
    ...stricterLinter(own, floor),
    runnerLabels:
      runnerLabels === undefined
        ? own.runnerLabels
        : own.runnerLabels.filter((label) => runnerLabels.includes(label)),
  }
}
