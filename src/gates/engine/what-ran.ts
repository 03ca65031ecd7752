import { coverageFormats, findingFormats, testFormats } from "../../domain/index.ts"
import type { Check, CheckName } from "../../languages/index.ts"

const longest = 120

const formats: Readonly<Record<CheckName, readonly string[]>> = {
  typecheck: findingFormats,
  lint: findingFormats,
  unit: testFormats,
  coverage: coverageFormats,
  integration: testFormats,
}

/** What was started, as its owner knows it: the script of package.json, the declared command, or the tool itself. */
export function whatRan({ tool }: Pick<Check, "tool">): string {
  const { started, script, name } = tool
  if (started !== undefined) return `the script ${JSON.stringify(started.name)} (${short(started.text)})`
  return script === undefined ? name : short(script)
}

/** Whether a script starts something else than the tool whose arguments it gets, as far as its text tells. */
export function startsAnother({ tool: { started } }: Pick<Check, "tool">): boolean {
  return started !== undefined && !new RegExp(`\\b${started.expects}\\b`).test(started.text)
}

/**
 * What to do where a check's command left nothing that can be judged.
 * @param component name of the component that it checks.
 */
export function nextStep(check: Pick<Check, "tool">, component: string, name: CheckName): string {
  const place = `components.${component}.checks.${name}`
  const { started, script } = check.tool
  if (started !== undefined && startsAnother(check))
    return `it gets the arguments of ${started.expects}, which it does not name: declare what it runs and what that writes, ${place}: { command: […], report: { format: ${formats[name].join(" | ")} } }, or switch it off, ${place}: { off: REASON }`
  if (started !== undefined) return `run it by hand: npm run ${started.name}`
  return script === undefined ? "run it by hand" : `correct its command, judged or report: ${place}`
}

function short(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
