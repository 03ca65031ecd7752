import { lockedVersion, perComponent, runScript } from "./components.ts"
import type { Gate } from "./context.ts"
import type { Judgement } from "./judgement.ts"
import { readTsc, type TscResult } from "./readers/tsc.ts"

/** tsc over each component. 0 is clean, 1 and 2 are errors in the code or in the project. */
export const typecheck: Gate = {
  name: "typecheck",
  run: (context) =>
    perComponent(
      context,
      { name: "tsc", version: (component) => lockedVersion(context, component, "typescript") },
      // --listFiles: a compiler that looked at nothing is silent in the same way as one that found nothing.
      (_, component) =>
        runScript(
          context,
          component,
          component.scripts.typecheck,
          ["--pretty", "false", "--listFiles"],
          [0, 1, 2],
          [],
        ),
      (named, _, ran) => judgeTsc(named.name, readTsc(ran.files["stdout.txt"] ?? "", named), ran.exitCode),
    ),
}

export function judgeTsc(name: string, result: TscResult, exitCode: number): Judgement {
  const { findings, problems, files } = result
  const errors = problems.map((problem) => `${name}: ${problem}`)
  if (errors.length === 0 && files === 0 && findings.length === 0)
    errors.push(`${name}: tsc looked at no file`)
  if (errors.length === 0 && exitCode !== 0 && findings.length === 0)
    errors.push(`${name}: tsc ended with ${exitCode} and named no error`)
  const summary = `${name}: ${files} files`
  return { findings, errors, summary, tools: [], figures: { files }, reports: {} }
}
