import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkEnvironment,
  checkTogether,
  environmentUnderPolicy,
  formatProblem,
  parseConfig,
  parseEnvironment,
  policyChanges,
  policyHash,
  policyOf,
  underPolicy,
} from "../../../src/config/index.ts"
import { minimalConfig, minimalEnvironment } from "./texts.ts"

const listed = (...people: readonly object[]) => `${minimalConfig}approvers: ${JSON.stringify(people)}\n`
const alice = { name: "alice", emails: ["alice@shop.example"] }
const bob = { name: "bob", emails: ["bob@shop.example", "bob@home.example"] }
const configOf = (...people: readonly object[]) => parseConfig(listed(...people), "signalbox.yaml")
const production = (approvals: number | null, more = "protected: true\n") =>
  minimalEnvironment
    .replace("name: staging", "name: production")
    .concat(more, approvals === null ? "" : `approvals: ${approvals}\n`)
const parsed = (approvals: number | null) => parseEnvironment(production(approvals), "production.yaml")

describe("the approvers of the policy", () => {
  test("are those of the base: a tree that names its own, or none, changes nothing", () => {
    expect(underPolicy(configOf(bob), configOf(alice)).approvers).toEqual([alice])
    expect(underPolicy(configOf(), configOf(alice)).approvers).toEqual([alice])
    expect(underPolicy(configOf(bob), configOf()).approvers).toEqual([])
  })

  test("are part of the policy's hash, and a change of them is listed", () => {
    const policy = (...people: readonly object[]) =>
      policyOf({ config: configOf(...people), waivers: [], environments: {}, toolbox: null })
    expect(policyHash(policy(alice))).not.toBe(policyHash(policy(alice, bob)))
    expect(policyChanges(policy(alice), policy(bob)).map(({ path }) => path)).toEqual(["approvers"])
    expect(policy()).not.toHaveProperty("approvers")
  })

  test.each([
    ["without an address: their own changes could not be told", [{ name: "alice", emails: [] }], "emails"],
    ["twice", [alice, { ...bob, name: "Alice" }], "each login once"],
    ["with another one's address", [alice, { name: "bob", emails: ["ALICE@shop.example"] }], "each address"],
    ["with a comma in the name", [{ ...alice, name: "alice,bob" }], "a login"],
    ["with an address that is none", [{ ...alice, emails: ["alice"] }], "an e-mail address"],
  ])("are refused %s", (_, people, message) => {
    expect(() => configOf(...people)).toThrow(message)
  })
})

describe("approvals of an environment", () => {
  test("a tree may ask for more than its base, never for fewer", () => {
    expect(environmentUnderPolicy(parsed(1), parsed(2)).approvals).toBe(2)
    expect(environmentUnderPolicy(parsed(null), parsed(2)).approvals).toBe(2)
    expect(environmentUnderPolicy(parsed(3), parsed(2)).approvals).toBe(3)
    expect(environmentUnderPolicy(parsed(1), parsed(null)).approvals).toBe(1)
    expect(environmentUnderPolicy(undefined, parsed(1)).approvals).toBe(1)
  })

  test("everything else of the environment stays the base's", () => {
    const own = parseEnvironment(production(3).replace("shop-staging", "elsewhere"), "production.yaml")
    expect(environmentUnderPolicy(own, parsed(1))).toEqual(parsed(3))
  })

  test("an environment without them is what it was: plans keep their hash", () => {
    expect(parsed(null)).not.toHaveProperty("approvals")
    expect(environmentUnderPolicy(parsed(null), parsed(null))).toEqual(parsed(null))
  })

  test.each([0, -1, 1.5, 11])("is a whole number from 1 to 10, and not %s", (approvals) => {
    expect(checkEnvironment(production(approvals), "production.yaml").problems).toHaveLength(1)
  })

  test("needs protected: true, because elsewhere a tree names its own approvers", () => {
    const { problems } = checkEnvironment(production(1, ""), "production.yaml")
    expect(problems.map(formatProblem).join()).toMatch(
      /production\.yaml:6:\d+.*approvals[\s\S]*protected: true/,
    )
  })

  const problems = (approvals: number, text: string) =>
    checkTogether(checkConfig(text, "signalbox.yaml"), [
      checkEnvironment(production(approvals), "production.yaml"),
    ])
      .map(formatProblem)
      .join()

  test("are no more than there are approvers, and the message says who they are", () => {
    expect(problems(2, listed(alice, bob))).toBe("")
    expect(problems(3, listed(alice, bob))).toMatch(
      /^production\.yaml:7:12: approvals: 3 can never be given: signalbox\.yaml names 2 approvers \(alice, bob\); allowed: at most 2, or more approvers in signalbox\.yaml$/,
    )
    expect(problems(1, minimalConfig)).toContain("names no approvers; allowed: at most 0")
  })

  test("P03 are no more where a shared policy is extended either: it names no approvers", () => {
    const extending = `${listed(alice, bob)}extends: registry.example/policy@sha256:${"a".repeat(64)}\n`
    expect(problems(2, extending)).toBe("")
    expect(problems(3, extending)).toContain("approvals: 3 can never be given")
  })

  test("sibling of P03: an override's approver is one of approvers, whatever the file extends", () => {
    const text = `${listed(alice)}overrides: { rules: [promotion], approvers: [carol] }\nextends: registry.example/policy@sha256:${"a".repeat(64)}\n`
    expect(checkConfig(text, "signalbox.yaml").problems.map(formatProblem).join()).toContain(
      'there is no approver "carol"',
    )
  })
})
