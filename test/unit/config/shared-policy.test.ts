/** The file of a shared policy, and what signalbox.yaml names it by: mistakes by line and column. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { checkConfig, checkSharedPolicy, formatProblem } from "../../../src/config/index.ts"
import { sharedPolicySchema } from "../../../src/config/schema/policy.ts"
import { componentGateNames, gateNames } from "../../../src/gates/catalogue.ts"
import { processorSeconds } from "../processor-seconds.ts"
import { minimalConfig } from "./texts.ts"

const reference = `registry.example/policy@sha256:${"a".repeat(64)}`
const head = "schemaVersion: 1\n"

async function problems(text: string): Promise<string[]> {
  const { problems: found } = await checkSharedPolicy(text, reference)
  return found.map((one) => formatProblem(one).replace(reference, "POLICY"))
}

describe("a shared policy", () => {
  test.each<[string, string, string]>([
    [
      "a key that signalbox.yaml has and a policy has not",
      "project: shop\n",
      'POLICY:2:1: unknown key "project"; allowed: schemaVersion, gates, components, protectedBranches, signingKeys, overrides, everyEnvironment, environments',
    ],
    [
      "another gate",
      "gates: { required: { release: [lnit] } }\n",
      `POLICY:2:32: gates.required.release[0]: "lnit" is not allowed; allowed: ${gateNames.join(", ")}; did you mean "lint"?`,
    ],
    [
      "a severity of no kind",
      "gates:\n  vulnerabilities: { failOn: [grave] }\n",
      'POLICY:3:31: gates.vulnerabilities.failOn[0]: "grave" is not allowed; allowed: critical, high, medium, low, info',
    ],
    [
      "a rule that takes something away",
      "everyEnvironment: { protected: false }\n",
      "POLICY:2:32: everyEnvironment.protected: false is not allowed; allowed: true",
    ],
    [
      "a setting of one repository's environment",
      "environments: { production: { namespace: shop } }\n",
      'POLICY:2:31: environments.production: unknown key "namespace"; allowed: protected, promotedOnly, approvals, acceptedDatabases',
    ],
    [
      "a pattern of branches",
      'protectedBranches: ["release/*"]\n',
      'POLICY:2:21: protectedBranches[0]: "release/*" is not allowed; allowed: the exact name of a branch, without patterns',
    ],
    [
      "a check that nobody can switch off",
      "components: { checksOff: [secrets] }\n",
      `POLICY:2:27: components.checksOff[0]: "secrets" is not allowed; allowed: ${componentGateNames.join(", ")}`,
    ],
  ])("is checked by line and column: %s", async (_, text, expected) => {
    expect(await problems(`${head}${text}`)).toEqual([expected])
  })

  test("extends no other one, and says what to do", async () => {
    expect(await problems(`${head}extends: ${reference}\n`)).toEqual([
      "POLICY:2:1: extends: a shared policy extends no other one: publish one file with the rules of both",
    ])
  })

  test.each([
    ["no text", ""],
    ["another format", "schemaVersion: 2\n"],
    ["a list", "- 1\n"],
    ["binary", "\u0000\u0001"],
    ["HTML", "<html><body>404</body></html>"],
    ["two documents", `${head}---\n${head}`],
    ["a key twice", `${head}gates: {}\ngates: {}\n`],
    ["a tag that makes an object", `${head}gates: !!js/function "x"\n`],
    ["keys of the prototype", `${head}__proto__: { gates: {} }\n`],
    ["very deep nesting", `${head}gates: ${"[".repeat(50_000)}\n`],
    ["a file of 10 MB", `${head}# ${"x".repeat(10 * 1024 * 1024)}\n`],
  ])("is nothing else: %s", async (_, text) => {
    const found = await checkSharedPolicy(text, reference)
    expect(found.value).toBeUndefined()
    expect(found.problems.length).toBeGreaterThan(0)
  })

  test("is no bomb of aliases", async () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? `a0: &a0 [${"main, ".repeat(10)}]`
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`,
    )
    const seconds = await processorSeconds(async () => {
      const [first = ""] = await problems(`${head}${levels.join("\n")}\nprotectedBranches: *a11\n`)
      expect(first).toContain("cannot be read as YAML")
    })
    expect(seconds).toBeLessThan(5)
  })

  test("of the documentation is one", async () => {
    const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync("docs/policy.md", "utf8")) ?? []
    expect([Object.keys(parse(text)), await problems(text)]).toEqual([
      Object.keys(sharedPolicySchema.shape),
      [],
    ])
  })
})

describe("extends of signalbox.yaml", () => {
  const problemsOf = (value: string) =>
    checkConfig(`${minimalConfig}extends: ${value}\n`, "signalbox.yaml").problems.map(formatProblem)

  test.each([
    reference,
    `registry.example/platform/policy:7@sha256:${"a".repeat(64)}`,
    `localhost/policy@sha256:${"a".repeat(64)}`,
    `127.0.0.1:5000/policy:main@sha256:${"a".repeat(64)}`,
  ])("names an artifact by its digest: %s", (value) => {
    expect(problemsOf(value)).toEqual([])
  })

  test.each([
    ["a tag alone", "registry.example/policy:7"],
    ["a short digest", "registry.example/policy@sha256:aaaa"],
    ["no registry", `policy@sha256:${"a".repeat(64)}`],
    ["a name without a host", `platform/policy@sha256:${"a".repeat(64)}`],
    ["a scheme", `https://registry.example/policy@sha256:${"a".repeat(64)}`],
    ["credentials", `me:secret@registry.example/policy@sha256:${"a".repeat(64)}`],
    ["a way out of the registry's API", `registry.example/../policy@sha256:${"a".repeat(64)}`],
    ["capital letters in the name", `registry.example/Policy@sha256:${"a".repeat(64)}`],
    ["two digests", `registry.example/policy@sha256:${"a".repeat(64)}@sha256:${"b".repeat(64)}`],
  ])("and nothing else: %s", (_, value) => {
    expect(problemsOf(value)).toEqual([
      expect.stringMatching(/^signalbox\.yaml:10:10: extends: .*; allowed: REGISTRY/),
    ])
  })
})
