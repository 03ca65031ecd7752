import { type ImageLabel, imageLabel } from "../../build/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import type { Measured } from "./read.ts"
import type { Budget } from "./settings.ts"

/** Files of one component's image against its budgets. What should be there and is not, is an error: nothing was measured. */
export function judgeBundle(
  component: string,
  budgets: readonly Budget[],
  measured: readonly Measured[],
  label: ImageLabel = imageLabel(component),
): Judgement {
  const parts = budgets.map((budget, index) => judgeBudget(budget, measured[index], label.place))
  const counted = measured.flatMap(({ found }) => found).length
  return {
    findings: parts.flatMap(({ finding }) => finding ?? []),
    errors: parts.flatMap(({ errors }) => errors.map((why) => `${label.name}: ${why}`)),
    summary: `${label.name}: ${parts.flatMap(({ summary }) => summary).join(", ")}`,
    tools: [],
    figures: { files: counted },
    reports: { [`${label.path}.json`]: `${JSON.stringify(measured, undefined, 2)}\n` },
  }
}

interface Part {
  readonly finding?: ToolFinding
  readonly errors: readonly string[]
  readonly summary: readonly string[]
}

function judgeBudget(budget: Budget, measured: Measured | undefined, image: string): Part {
  const { files, compression, maxBytes } = budget
  if (measured === undefined || measured.files !== files || measured.compression !== compression)
    return { errors: [`${files} was not measured`], summary: [] }
  const { found, links } = measured
  if (links.length > 0)
    return { errors: [`${files} leads over the link ${links[0]}, which is not followed`], summary: [] }
  if (found.length === 0) return { errors: [`its image has no file ${files}`], summary: [] }
  const empty = found.filter(({ bytes }) => bytes === 0).map(({ path }) => path)
  if (empty.length > 0)
    return { errors: [`${listed(empty)} ${empty.length === 1 ? "is" : "are"} empty`], summary: [] }
  const sum = found.reduce((all, one) => all + one.counted, 0)
  const largest = found.reduce((a, b) => (b.counted > a.counted ? b : a))
  const value = budget.of === "sum" ? sum : largest.counted
  const limit = maxBytes === undefined ? "" : ` of ${kilobytes(maxBytes)}`
  const summary = [`${files} ${kilobytes(value)}${limit}${budget.of === "each" ? " at most" : ""}`]
  return maxBytes === undefined || value <= maxBytes
    ? { errors: [], summary }
    : { finding: tooLarge(budget, value, maxBytes, largest.path, found.length, image), errors: [], summary }
}

/** The budget is its identity, and not the file: bundlers put a hash of the content into names. */
function tooLarge(
  budget: Budget,
  value: number,
  maxBytes: number,
  largest: string,
  count: number,
  image: string,
): ToolFinding {
  const { component, files, of, compression } = budget
  const how = compression === "none" ? "" : ` (${compression})`
  const what = of === "each" ? largest : `${files}, ${count === 1 ? "one file" : `${count} files`},`
  const why = of === "sum" && count > 1 ? `; the largest is ${largest}` : ""
  return {
    rule: "bundle-too-large",
    severity: "high",
    message: `${what} has ${kilobytes(value)}${how}, ${kilobytes(maxBytes)} are allowed${why}`,
    location: { file: `${image}${files}` },
    component,
    fix: "load less of it at once, leave out what is not used, or raise maxBytes: gates.bundle.budgets",
    subject: `${files} ${of} ${compression}`,
    measured: { value: inKilobytes(value), better: "lower", unit: "kB" },
  }
}

/** 1000 bytes; rounded up, so that a size above its budget is never shown as within it. */
function inKilobytes(bytes: number): number {
  return Math.ceil(bytes / 10) / 100
}

function kilobytes(bytes: number): string {
  return `${inKilobytes(bytes).toFixed(2)} kB`
}

function listed(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(", ") : `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more`
}
