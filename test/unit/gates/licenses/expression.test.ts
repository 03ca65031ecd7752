import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readExpression } from "../../../../src/gates/licenses/expression.ts"
import { policyOf, refusalOf } from "../../../../src/gates/licenses/policy.ts"

const because = (license: string) => ({ license, reason: "decided by legal" })

/** `accepted`, `unknown`, or the rule that refuses. */
function verdict(text: string, allow: readonly string[] | null, deny: readonly string[] = []): string {
  const { policy, problems } = policyOf({ allow: allow?.map(because) ?? null, deny: deny.map(because) })
  expect(problems).toEqual([])
  const expression = readExpression(text)
  return expression === null ? "unknown" : (refusalOf(expression, policy)?.rule ?? "accepted")
}

describe("a licence against the lists", () => {
  test.each([
    ["one that is allowed", "MIT", ["MIT"], [], "accepted"],
    ["its letters' case does not count", "apache-2.0", ["Apache-2.0"], [], "accepted"],
    ["one that no list allows", "ISC", ["MIT"], [], "license-not-allowed"],
    ["one that is denied", "AGPL-3.0-only", null, ["AGPL-3.0-only"], "license-denied"],
    ["one that nobody denies", "ISC", null, ["AGPL-3.0-only"], "accepted"],
    ["denied counts more than allowed", "MIT", ["MIT"], ["MIT"], "license-denied"],
    ["an empty list allows none", "MIT", [], [], "license-not-allowed"],
    ["of a choice one side is enough", "GPL-3.0-only OR MIT", ["MIT"], ["GPL-3.0-only"], "accepted"],
    ["of what holds together each part must be allowed", "MIT AND ISC", ["MIT"], [], "license-not-allowed"],
    ["nested", "(MIT OR GPL-3.0-only) AND (ISC OR AGPL-3.0-only)", ["MIT", "ISC"], [], "accepted"],
    [
      "both sides refused: what is denied is told",
      "ISC OR GPL-3.0-only",
      ["MIT"],
      ["GPL-3.0-only"],
      "license-denied",
    ],
    ["an older name of GNU's", "GPL-2.0", ["GPL-2.0-only"], [], "accepted"],
    ["an older name of GNU's, or later", "GPL-2.0+", ["GPL-2.0-or-later"], [], "accepted"],
    ["or later is a choice of versions", "GPL-2.0-or-later", ["GPL-3.0-only"], [], "accepted"],
    ["whose every version is denied", "GPL-3.0-or-later", null, ["GPL-3.0-only"], "license-denied"],
    [
      "who denies a version or later denies each of them",
      "GPL-3.0-only",
      null,
      ["GPL-2.0-or-later"],
      "license-denied",
    ],
    ["and none that is older", "GPL-1.0-only", null, ["GPL-2.0-or-later"], "accepted"],
    ["of another licence, or later", "Apache-2.0+", null, ["Apache-2.0"], "license-denied"],
    [
      "an exception adds rights",
      "GPL-2.0-only WITH Classpath-exception-2.0",
      ["GPL-2.0-only"],
      [],
      "accepted",
    ],
    [
      "and takes no denial away",
      "GPL-2.0-only WITH Classpath-exception-2.0",
      null,
      ["GPL-2.0-only"],
      "license-denied",
    ],
    [
      "unless it is allowed by its name",
      "GPL-2.0-only WITH Classpath-exception-2.0",
      ["GPL-2.0-only WITH Classpath-exception-2.0"],
      ["GPL-2.0-only"],
      "accepted",
    ],
    [
      "without the exception that is allowed",
      "GPL-2.0-only",
      ["GPL-2.0-only WITH Classpath-exception-2.0"],
      [],
      "license-not-allowed",
    ],
    ["a text of its own", "LicenseRef-scancode-foo", ["MIT"], [], "license-not-allowed"],
    ["no expression: never accepted", "SEE LICENSE IN LICENSE.txt", null, ["MIT"], "unknown"],
    ["nor is this one", "UNLICENSED", null, ["MIT"], "unknown"],
    ["nor a name that is no identifier", "BSD", null, ["MIT"], "unknown"],
    ["nor what says nothing", "NOASSERTION", null, ["MIT"], "unknown"],
    ["nor nothing", " ", null, ["MIT"], "unknown"],
  ] as const)("%s", (_, text, allow, deny, expected) => {
    expect(verdict(text, allow, deny)).toBe(expected)
  })

  test("an entry that is no licence would never refuse anything: it is an error", () => {
    const { problems } = policyOf({ allow: [because("Apache 2")], deny: [because("AGPL")] })
    expect(problems).toEqual([
      'gates.licenses.allow[0]: the SPDX list has no licence "Apache 2"',
      'gates.licenses.deny[0]: the SPDX list has no licence "AGPL"',
    ])
  })
})

const word = fc.constantFrom(
  "MIT",
  "ISC",
  "GPL-2.0+",
  "GPL-3.0-only",
  "AND",
  "OR",
  "WITH",
  "(",
  ")",
  "+",
  "BSD",
  "x",
)

test("whatever a package states, it is read or unknown, and never an exception", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(" ")),
      ),
      (text) => {
        readExpression(text)
      },
    ),
    { numRuns: 10_000 },
  )
})

const license = fc.constantFrom("MIT", "ISC", "GPL-3.0-only", "AGPL-3.0-only")
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    license,
    fc
      .tuple(tie("any"), fc.constantFrom("AND", "OR"), tie("any"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
  ),
})).any

test("an expression is accepted exactly where it holds with each licence replaced by whether it is accepted", () => {
  fc.assert(
    fc.property(expression, fc.subarray(["MIT", "ISC", "GPL-3.0-only", "AGPL-3.0-only"]), (text, allow) => {
      const truth = text
        .replaceAll(/[A-Z]+-3\.0-only|MIT|ISC/g, (one) => String(allow.includes(one)))
        .replaceAll("AND", "&&")
        .replaceAll("OR", "||")
      expect(verdict(text, allow) === "accepted").toBe(new Function(`return ${truth}`)())
    }),
  )
})
