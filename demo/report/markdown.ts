import { defaultExample, examples, leftOut } from "../examples.ts"
import { stepTitles } from "../steps.ts"
import type { Summary } from "../summary.ts"

/** `summary.md`: the demo at a glance. */
export function summaryMarkdown(summary: Summary, problems: readonly string[]): string {
  const rows = summary.steps.map(
    (step, index) =>
      `| ${index + 1} | ${stepTitles[step.id]} | ${step.expected} | ${step.verdict} (${step.exitCode}) | ${step.seconds.toFixed(1)} |`,
  )
  const lines = summary.steps.flatMap((step) => [
    `### ${stepTitles[step.id]}`,
    "",
    "```",
    ...step.commands.map(
      (command) => `$ ${command.line}\n  exit ${command.exitCode}, ${command.seconds.toFixed(1)} s`,
    ),
    "```",
    "",
    ...Object.entries(step.digests).map(([where, digest]) => `- ${where} runs \`${digest}\``),
    "",
  ])
  return [
    "# A release, end to end",
    "",
    summary.ok
      ? `Every step ended as expected, in ${Math.round(summary.seconds)} s.`
      : "**Not every step ended as expected:**",
    "",
    ...problems.map((problem) => `- ${problem}`),
    "",
    "| | step | expected | result | s |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    ...leftOut(examples[summary.example]).map(
      (id) => `- Left out, because it changes sources of ${defaultExample}: ${stepTitles[id]}`,
    ),
    "",
    ...lines,
  ].join("\n")
}
