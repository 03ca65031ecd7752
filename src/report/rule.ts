import { compareFindings, type Finding } from "../domain/index.ts"
import { escapeMarkdown as md } from "./text.ts"
import { count, place } from "./words.ts"

/** What is known of a rule, as `explain` tells it. */
export interface RuleText {
  readonly rule: string
  readonly gates: readonly { readonly name: string; readonly title: string }[]
  readonly own?: {
    readonly what: string
    readonly why: string
    readonly mend: string
    readonly waive?: string
    readonly readOn?: string
  }
  readonly tool?: { readonly whose: string; readonly what: string; readonly readOn: string }
  readonly found: readonly Finding[]
}

/** As many findings as somebody reads here; the report has them all. */
const shownFindings = 10

/** What a rule is, why it matters, how to mend or waive what it finds, and what a report has of it. */
export function ruleMarkdown(about: RuleText): string {
  const { rule, gates, own, tool, found } = about
  const of = gates.map(({ name, title }) => `${md(name)} (${md(title)})`).join(", ")
  const lines = [
    `## ${md(rule, 300)}`,
    "",
    ...(of === "" ? [] : [`Gate: ${of}`, ""]),
    ...(own === undefined ? ofTool(tool, found) : ofOwn(own)),
    ...waiving(about),
    ...inReport(found),
  ]
  return `${lines.join("\n")}\n`
}

function ofOwn({ what, why, mend, readOn }: NonNullable<RuleText["own"]>): readonly string[] {
  return [
    ...["### What it is", "", md(what), ""],
    ...["### Why it matters", "", md(why), ""],
    ...["### How to mend it", "", md(mend), ""],
    ...(readOn === undefined ? [] : [`Read on: ${md(readOn)}`, ""]),
  ]
}

/** Its authors know more of it than Signalbox does: what they have written in the report, and where they describe it. */
function ofTool(tool: RuleText["tool"], found: readonly Finding[]): readonly string[] {
  const [first] = found
  const help = found.find((one) => one.help !== undefined)?.help
  const fixes = [...new Set(found.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))].slice(0, 3)
  const whose =
    tool === undefined ? "It is a rule of a tool that the gate runs." : `It is a rule of ${md(tool.whose)}.`
  const said = first === undefined ? [] : [`The tool says: ${md(first.message, 1000)}`, ""]
  const more = help ?? tool?.readOn
  return [
    ...["### What it is", "", `${whose}${tool === undefined ? "" : ` ${md(tool.what)}`}`, ""],
    ...said,
    ...(fixes.length === 0 ? [] : ["### How to mend it", "", ...fixes.map((fix) => `- ${md(fix, 500)}`), ""]),
    more === undefined
      ? "Why it matters and how to mend it, its authors describe: see the documentation of the tool that the report names."
      : `Why it matters and how to mend it, its authors describe: ${md(more, 500)}`,
    "",
  ]
}

function waiving({ rule, gates, own, found }: RuleText): readonly string[] {
  const head = ["### How to waive it", ""]
  if (own?.waive !== undefined) return [...head, md(own.waive), ""]
  const [first] = found
  const text = JSON.stringify
  const file =
    first === undefined ? "as the report has it; leave it out where it has none" : first.location?.file
  return [
    ...head,
    "Where it cannot be mended for now, or the tool is wrong: an entry of the waiver file (`waivers` of signalbox.yaml), which counts from the base revision on. It lets exactly one finding through, as report.json has it, for at most 90 days; with `falsePositive: true` for 365.",
    "",
    "```yaml",
    "- id: NAME",
    `  gate: ${first?.gate ?? gates.map(({ name }) => name).join(" | ")}`,
    `  rule: ${text(rule)}`,
    ...(file === undefined ? [] : [`  file: ${first === undefined ? `FILE        # ${file}` : text(file)}`]),
    `  subject: ${first === undefined ? "SUBJECT  # as the report has it" : text(first.subject)}`,
    "  reason: WHY IT MAY STAY",
    "  owner: WHO IS RESPONSIBLE",
    '  expires: "YYYY-MM-DD"',
    ...(first?.measured === undefined ? [] : [`  accepts: ${first.measured.value}`]),
    "```",
    "",
  ]
}

function inReport(found: readonly Finding[]): readonly string[] {
  if (found.length === 0) return []
  const worst = found.toSorted(compareFindings)
  const shown = worst.slice(0, shownFindings)
  const more = worst.length - shown.length
  return [
    `### In this report: ${count(found.length, "finding")}`,
    "",
    ...shown.map((one) => `- ${one.severity} ${md(place(one), 300)}: ${md(one.message, 300)}`),
    ...(more === 0 ? [] : [`- and ${more} more`]),
    "",
  ]
}
