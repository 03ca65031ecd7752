import { lockedVersion, perComponent, runScript } from "./components.ts"
import type { Gate } from "./context.ts"
import { outDirectory } from "./exec.ts"
import type { Judgement } from "./judgement.ts"
import { type EslintResult, readEslint } from "./readers/eslint.ts"

const report = "eslint.json"

/** ESLint over each component. 0 is clean, 1 is findings; 2 is a crash or nothing to look at. */
export const lint: Gate = {
  name: "lint",
  run: (context) =>
    perComponent(
      context,
      { name: "eslint", version: (component) => lockedVersion(context, component, "eslint") },
      (_, component) =>
        runScript(
          context,
          component,
          component.scripts.lint,
          ["--format", "json", "--output-file", `${outDirectory}/${report}`],
          [0, 1],
          [report],
        ),
      (named, _, ran) => judgeEslint(named.name, readEslint(ran.files[report], named), ran.exitCode),
    ),
}

export function judgeEslint(name: string, result: EslintResult, exitCode: number): Judgement {
  const { findings, files, suppressed } = result
  const errors: string[] = []
  if (files === 0) errors.push(`${name}: eslint looked at no file`)
  const hasErrors = findings.some(({ severity }) => severity !== "info")
  // Too many warnings for the project's own --max-warnings: its script refuses, and so does the gate.
  if (exitCode !== 0 && !hasErrors)
    errors.push(`${name}: eslint ended with ${exitCode} without an error; --max-warnings may be exceeded`)
  const silenced = suppressed === 0 ? "" : `, ${suppressed} switched off in the code`
  const summary = `${name}: ${files} files${silenced}`
  return { findings, errors, summary, tools: [], figures: { files, suppressed }, reports: {} }
}
