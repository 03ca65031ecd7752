import { type GateReportData, type TrendLine, trendOf } from "../../domain/index.ts"

/** The trend against an earlier release as plain texts: whoever shows them escapes them. */
export interface TrendTexts {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What the numbers leave out; undefined where it is nothing. */
  readonly note: string | undefined
}

const columns = ["What", "Then", "Now", "Change"]
const none = "–"

/** Undefined where the call gave no earlier release. */
export function trendTexts(report: GateReportData): TrendTexts | undefined {
  const { earlier } = report
  const trend = trendOf(report)
  if (earlier === undefined || trend === undefined) return undefined
  const { lines, notCompared } = trend
  return {
    title: `Since release ${earlier.version} of ${earlier.date}`,
    columns,
    rows: lines.length === 0 ? [["findings", "0", "0", "="]] : lines.map(rowOf),
    note:
      notCompared.length === 0
        ? undefined
        : `Findings of ${notCompared.join(", ")} are in neither number: not judged both then and now.`,
  }
}

function rowOf({ what, name, before, now }: TrendLine): readonly string[] {
  const label =
    what === "findings" ? `${name} findings` : what === "covered" ? `coverage of ${name}` : `size of ${name}`
  const text = (value: number | undefined) => (value === undefined ? none : valueText(what, value))
  return [label, text(before), text(now), changeText(what, before, now)]
}

/** Images by 100 kB, as their budgets are told. */
function valueText(what: TrendLine["what"], value: number): string {
  switch (what) {
    case "findings":
      return String(value)
    case "covered":
      return `${value.toFixed(2)} %`
    case "size":
      return `${(value / 1_000_000).toFixed(1)} MB`
  }
}

function changeText(what: TrendLine["what"], before: number | undefined, now: number | undefined): string {
  if (before === undefined) return "new"
  if (now === undefined) return "gone"
  const text = valueText(what, Math.abs(now - before))
  // A change that no digit shows is none.
  if (text === valueText(what, 0)) return "="
  return `${now > before ? "+" : "−"}${text}`
}
