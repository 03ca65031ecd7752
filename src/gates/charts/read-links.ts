import type { ChartPlace } from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"

/** The symbolic links that `links.ts` has printed: a deployment refuses a chart with one, when the version is spent. */
export function linkFindings(printed: string, place: ChartPlace): ToolFinding[] {
  return printed
    .split("\n")
    .filter((path) => path !== "")
    .map((path) => ({
      rule: "chart-link",
      severity: "high" as const,
      message: `${path} is a symbolic link`,
      location: { file: `${place.path}/${path}` },
      fix: "replace it by the file itself: a release's chart is identified by its files",
      subject: path,
    }))
}
