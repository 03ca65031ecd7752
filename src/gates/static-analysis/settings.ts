import { z } from "zod"
import { linterSettings, stricterLinter } from "../engine/tree-tool/settings.ts"

const path = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))[^\0\\]{1,300}(?<!\/)$/, {
  error: "a path below the root of the repository, without a slash at its ends",
})

const leftOut = z
  .strictObject({
    path: path.describe("File, or directory with all that is below it."),
    reason: z.string().trim().min(1).max(500).describe("Why nobody judges it, for whoever reads the report."),
  })
  .describe("Code that is not judged.")

export const staticAnalysisSettings = linterSettings.extend({
  rules: z
    .array(path)
    .default([])
    .describe(
      "Files with rules of the project's own, in the syntax of semgrep. They are policy: those of the base revision count, and they " +
        "come beside Signalbox's own.",
    ),
  exclude: z
    .array(leftOut)
    .default([])
    .describe("Code that is not judged, such as that of others which lies in the tree. The report names it."),
})

export type StaticAnalysisSettings = z.output<typeof staticAnalysisSettings>

/** Of a project that requires it by name and has no settings of its own. */
export const defaultStaticAnalysis: StaticAnalysisSettings = staticAnalysisSettings.parse({})

/** Refuses what either refuses: the rules of both, and left out is what both leave out. */
export function stricterStaticAnalysis(
  settings: StaticAnalysisSettings | undefined,
  floor: Partial<StaticAnalysisSettings>,
): StaticAnalysisSettings {
  const own = settings ?? defaultStaticAnalysis
  const { rules = [], exclude } = floor
  return {
    ...stricterLinter(own, floor),
    rules: [...new Set([...own.rules, ...rules])],
    exclude:
      exclude === undefined
        ? own.exclude
        : own.exclude.filter((one) => exclude.some(({ path }) => path === one.path)),
  }
}

/** Files of the tree that are a part of its policy. */
export const policyFilesOf = ({ rules }: Pick<StaticAnalysisSettings, "rules">): readonly string[] => rules
