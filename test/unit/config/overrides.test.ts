import { describe, expect, test } from "vitest"
import { overrideUnder } from "../../../pipelines/override.ts"
import { parseConfig, policyChanges, policyHash, policyOf, underPolicy } from "../../../src/config/index.ts"
import { policySources, sha256 } from "../../../src/domain/index.ts"
import { minimalConfig } from "./texts.ts"

const people = "approvers: [{ name: alice, emails: [alice@shop.example] }]\n"
const configOf = (overrides: string) =>
  parseConfig(
    `${minimalConfig}${people}${overrides === "" ? "" : `overrides: ${overrides}\n`}`,
    "signalbox.yaml",
  )
const age = configOf("{ rules: [database-age], approvers: [alice] }")
const more = configOf("{ rules: [database-age, promotion], approvers: [alice], maxAge: 7d }")
const none = configOf("")

describe("which rules may be overridden", () => {
  test("the base says: a tree that allows itself more, or anything at all, changes nothing", () => {
    expect(underPolicy(more, age).overrides).toEqual(age.overrides)
    expect(underPolicy(more, none).overrides).toBeUndefined()
    expect(underPolicy(none, age).overrides).toEqual(age.overrides)
  })

  test("is part of the policy's hash, and a change of it is listed by setting", () => {
    const policy = (config: typeof age) => policyOf({ config, waivers: [], environments: {}, toolbox: null })
    expect(policyHash(policy(age))).not.toBe(policyHash(policy(more)))
    expect(policyChanges(policy(age), policy(more)).map(({ path }) => path)).toEqual([
      "overrides.maxAge",
      "overrides.rules",
    ])
    expect(policy(none)).not.toHaveProperty("overrides")
  })

  test("counts for a day unless the policy says otherwise, and at most for a week", () => {
    expect(String(age.overrides?.maxAge)).toBe("24h")
    expect(() => configOf("{ rules: [promotion], approvers: [alice], maxAge: 8d }")).toThrow("at most 7d")
  })

  test.each([
    ["an unknown rule", "{ rules: [promotoin], approvers: [alice] }", 'did you mean "promotion"?'],
    ["a rule that none may override", "{ rules: [hold], approvers: [alice] }", "allowed: approvals"],
    ["no rule", "{ rules: [], approvers: [alice] }", "rules"],
    ["nobody who approves it", "{ rules: [promotion], approvers: [] }", "approvers"],
    ["somebody who is no approver", "{ rules: [promotion], approvers: [alicia] }", 'did you mean "alice"?'],
    [
      "a day that does not exist",
      "{ rules: [promotion], approvers: [alice], expires: 2026-02-30 }",
      "calendar",
    ],
  ])("%s is refused with its place", (_, overrides, message) => {
    expect(() => configOf(overrides)).toThrow(
      new RegExp(`signalbox\\.yaml:11:\\d+[\\s\\S]*${escaped(message)}`),
    )
  })
})

describe("an override under the policy in force", () => {
  const asked = { rules: ["promotion" as const], reason: "outage", until: null }
  const under = (source: (typeof policySources)[number]) =>
    overrideUnder({ identity: { source, hash: sha256("policy") } }, more, asked)

  test("is allowed what the base, or an approved policy, allows; a tree that judges itself nothing", () => {
    const allowed = policySources.filter((source) => under(source)?.policy !== null)
    expect(allowed).toEqual(["base", "approved"])
    expect(under("base")).toEqual({
      ...asked,
      policy: { rules: ["database-age", "promotion"], approvers: ["alice"], expires: null, maxAge: "7d" },
    })
  })

  test("none is asked for, none is passed on", () => {
    expect(overrideUnder({ identity: { source: "base", hash: sha256("policy") } }, more, null)).toBeNull()
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[?.]/g, "\\$&")
}
