import type { Report } from "./report.ts"
import type { Spread } from "./statistics.ts"

/** A figure as a person reads it. */
interface Line {
  readonly id: string
  readonly ok: boolean
  readonly text: string
  readonly note?: string | undefined
}

/** A table for a person: one line per figure, missed goals marked, with what limits them below. */
export function renderReport(report: Report): string {
  const lines = figures(report).flatMap(({ id, ok, text, note }) => [
    `${ok ? "✓" : "✗"} ${id.padEnd(26)} ${text}`,
    ...(note === undefined ? [] : [`  limited by: ${note}`]),
  ])
  const parts = Object.entries(report.parts ?? {}).map(([id, seconds]) => `  ${id}: ${partsText(seconds)}`)
  const left = (report.leftOut ?? []).map(({ what, why }) => `  left out of both: ${what}: ${why}`)
  return `${[...lines, ...parts, ...left].join("\n")}\n`
}

function figures({ ratios, durations, memory = [], growth = [], counts = [] }: Report): Line[] {
  return [
    ...ratios.map(({ ours, other, ratio, goal, allowance, ...one }) => ({
      ...one,
      text:
        `${ratio.median.toFixed(2)}× (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}), ` +
        `goal ${goal}×${allowance === undefined ? "" : ` + ${allowance} s`}: ${ours.toFixed(2)} s against ${other.toFixed(2)} s`,
    })),
    ...durations.map(({ seconds, goal, ...one }) => ({
      ...one,
      text: `${spread(seconds, 2)}, goal ${goal} s`,
    })),
    ...memory.map(({ mebibytes, goal, ...one }) => ({
      ...one,
      text: `${spread(mebibytes, 0, "MiB")}, goal ${goal} MiB`,
    })),
    ...growth.map(({ points, exponent, from, goal, ...one }) => ({
      ...one,
      text:
        `size^${exponent.toFixed(2)}${from === 0 ? "" : ` from ${from}`}, goal size^${goal}: ` +
        points.map(({ size, seconds }) => `${size} in ${seconds.median.toFixed(2)} s`).join(", "),
    })),
    ...counts.map(({ values, count, goal, ...one }) => ({
      ...one,
      text: `${count}, goal ${goal}${count === 0 ? "" : `: ${values.join(", ")}`}`,
    })),
  ]
}

function spread({ min, median, max }: Spread, digits: number, unit = "s"): string {
  return `${median.toFixed(digits)} ${unit} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

/** `lint 4.1 s, unit 3.0 s`: the longest first. */
export function partsText(parts: Readonly<Record<string, number>>): string {
  return Object.entries(parts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`)
    .join(", ")
}
