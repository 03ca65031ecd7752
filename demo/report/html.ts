import { defaultExample, examples, leftOut } from "../examples.ts"
import { stepTitles } from "../steps.ts"
import type { CommandSummary, StepSummary, Summary } from "../summary.ts"
import { style } from "./style.ts"

/** `report.html`: one file, no script, opens offline. Reports of the gates lie beside it and are linked. */
export function reportHtml(summary: Summary, problems: readonly string[]): string {
  const failed = new Set(problems.map((problem) => problem.split(":")[0]))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signalbox: a release, end to end</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="brand">Signalbox</p>
<h1>A release, end to end</h1>
<p class="verdict ${summary.ok ? "good" : "bad"}">${
    summary.ok
      ? `All ${summary.steps.length} steps ended as expected, in ${duration(summary.seconds)}.`
      : `${problems.length} difference${problems.length === 1 ? "" : "s"} from the expected results.`
  }</p>
${problems.length === 0 ? "" : `<ul class="problems">${problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join("")}</ul>`}
</header>
<main>
${track(summary)}
${summary.steps.map((step, index) => section(step, index, !failed.has(step.id))).join("\n")}
${without(summary)}
</main>
<footer>Digests are the running pods' <code>imageID</code>, read with kubectl after each step.</footer>
</body>
</html>
`
}

/** The set of digests that ran in each environment after each step: equal sets have equal letters. */
function track(summary: Summary): string {
  const letters = new Map<string, string>()
  const cell = (step: StepSummary, environment: string): string => {
    const own = Object.entries(step.digests).filter(([where]) => where.startsWith(`${environment}/`))
    if (own.length === 0) return `<td class="none">nothing</td>`
    const key = own.map(([, digest]) => digest).join()
    const letter = letters.get(key) ?? String.fromCharCode(65 + letters.size)
    letters.set(key, letter)
    return `<td><span class="set set-${letter}" title="${escapeHtml(own.map(([where, digest]) => `${where} ${digest}`).join("\n"))}">${letter}</span></td>`
  }
  const rows = summary.steps.map(
    (step) =>
      `<tr><th scope="row"><a href="#${step.id}">${escapeHtml(stepTitles[step.id])}</a></th>${cell(step, "staging")}${cell(step, "production")}<td>${escapeHtml(step.verdict)}</td><td class="number">${step.seconds.toFixed(1)} s</td></tr>`,
  )
  return `<section><h2>What ran where</h2>
<p>Each letter is one set of image digests. Production only ever shows a letter that staging showed before.</p>
<div class="wide"><table><thead><tr><th>after</th><th>staging</th><th>production</th><th>result</th><th class="number">time</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div></section>`
}

function section(step: StepSummary, index: number, ok: boolean): string {
  const evidence = step.evidence
    .map((file) => `<li><a href="${escapeHtml(file)}">${escapeHtml(file)}</a></li>`)
    .join("")
  return `<section id="${step.id}">
<h2><span class="mark ${ok ? "good" : "bad"}" aria-label="${ok ? "as expected" : "not as expected"}">${ok ? "✓" : "✗"}</span> ${index + 1}. ${escapeHtml(stepTitles[step.id])}</h2>
<p class="expected">${escapeHtml(step.expected)}</p>
${step.commands.map(commandLine).join("\n")}
${evidence === "" ? "" : `<details><summary>Evidence</summary><ul>${evidence}</ul></details>`}
</section>`
}

/** What this example does not show. */
function without({ example }: Summary): string {
  const ids = leftOut(examples[example])
  if (ids.length === 0) return ""
  const items = ids.map((id) => `<li>${escapeHtml(stepTitles[id])}</li>`).join("")
  return `<section><h2>Left out</h2><p>These change sources of ${defaultExample}.</p><ul>${items}</ul></section>`
}

function commandLine(command: CommandSummary): string {
  return `<div class="command"><code>$ ${escapeHtml(command.line)}</code><span class="exit">exit ${command.exitCode}</span><span>${command.seconds.toFixed(1)} s</span><a href="${escapeHtml(command.log)}">log</a></div>`
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${Math.round(seconds)} s` : `${minutes} min ${Math.round(seconds % 60)} s`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
