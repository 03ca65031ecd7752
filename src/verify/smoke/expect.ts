import type { Expectation, SmokeCheck } from "./definition.ts"
import { matches } from "./matches.ts"

export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The beginning of what the application has answered, as a message may quote it. */
export type Quote = (text: string, longest: number) => string

const asItIs: Quote = (text, longest) => text.slice(0, longest)

/**
 * How an answer differs from what is expected; empty when it does not.
 * @param quote takes secrets out first: of one that is cut through, nothing would be known as a secret any more. Default:
 * the text as it is.
 */
export function problems(
  check: SmokeCheck,
  answer: Answer,
  version: string,
  quote: Quote = asItIs,
): readonly string[] {
  const { expect } = check
  const wanted = Array.isArray(expect.status) ? expect.status : [expect.status]
  const found: string[] = []
  if (!wanted.includes(answer.status)) found.push(`status ${answer.status}, expected ${wanted.join(" or ")}`)
  for (const [name, text] of Object.entries(expect.headers)) {
    const actual = answer.headers[name.toLowerCase()]
    if (actual === undefined) found.push(`no header ${name}`)
    else if (!actual.toLowerCase().includes(withVersion(text, version).toLowerCase()))
      found.push(`header ${name} is ${JSON.stringify(actual)}, expected ${JSON.stringify(text)}`)
  }
  const contained = expect.contains === undefined ? undefined : withVersion(expect.contains, version)
  if (contained !== undefined && !answer.body.includes(contained))
    found.push(`the body does not contain ${JSON.stringify(contained)}`)
  return [...found, ...jsonProblems(expect.json, answer.body, version, quote)]
}

/** Replaces `${VERSION}` in expectations and bodies. */
export function withVersion(text: string, version: string): string {
  return text.replaceAll(/\$\{VERSION\}/g, () => version)
}

function jsonProblems(
  expected: SmokeCheck["expect"]["json"],
  body: string,
  version: string,
  quote: Quote,
): readonly string[] {
  const paths = Object.entries(expected)
  if (paths.length === 0) return []
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return [`the body is not JSON: ${JSON.stringify(quote(body, 80))}`]
  }
  return paths.flatMap(([path, expectation]) => {
    const problem = judge(at(value, path), expectation, version, quote)
    return problem === null ? [] : [`${path} ${problem}`]
  })
}

function judge(actual: unknown, expectation: Expectation, version: string, quote: Quote): string | null {
  const shown = actual === undefined ? "is missing" : `is ${quote(JSON.stringify(actual), 120)}`
  const condition =
    typeof expectation === "object" && expectation !== null ? expectation : { equals: expectation }
  if ("exists" in condition)
    return (actual !== undefined) === condition.exists
      ? null
      : `${shown}, expected ${condition.exists ? "a value" : "none"}`
  if (actual === undefined) return shown
  if ("not" in condition) return actual !== condition.not ? null : shown
  if ("oneOf" in condition)
    return condition.oneOf.some((one) => one === actual)
      ? null
      : `${shown}, expected one of ${JSON.stringify(condition.oneOf)}`
  if ("matches" in condition) {
    const found = matches(condition.matches, String(actual))
    if (found === undefined) return `${shown}, and ${condition.matches} takes too long to match it`
    return found ? null : `${shown}, expected to match ${condition.matches}`
  }
  if ("atLeast" in condition)
    return typeof actual === "number" && actual >= condition.atLeast
      ? null
      : `${shown}, expected at least ${condition.atLeast}`
  const equals =
    typeof condition.equals === "string" ? withVersion(condition.equals, version) : condition.equals
  return actual === equals ? null : `${shown}, expected ${JSON.stringify(equals)}`
}

/** The value at a dotted path; a leading `$.` is allowed. */
function at(value: unknown, path: string): unknown {
  let current = value
  for (const key of path.replace(/^\$\.?/, "").split(".")) {
    if (key === "") continue
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return current
}
