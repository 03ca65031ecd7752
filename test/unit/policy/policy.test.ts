/** The policy that a tree is held against: its base's, and its own only where that is stricter. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type PolicyParts,
  parseConfig,
  policyChanges,
  policyHash,
  policyOf,
  underPolicy,
} from "../../../src/config/index.ts"
import type { Waiver } from "../../../src/domain/index.ts"
import { minimalConfig } from "../config/texts.ts"

const configOf = (more = "") => parseConfig(`${minimalConfig}${more}`, "signalbox.yaml")
const webWith = (lines: string) =>
  parseConfig(minimalConfig.replace("    kind", `${lines}    kind`), "signalbox.yaml")

function parts(more: Partial<PolicyParts> = {}): PolicyParts {
  return { config: configOf(), waivers: [], environments: {}, toolbox: null, ...more }
}

const waiver: Waiver = {
  id: "W-1",
  gate: "secrets",
  rule: "github-pat",
  subject: "x",
  reason: "known",
  owner: "me",
  expires: "9999-12-31",
}

describe("V04 a tree that lowers the bar that judges it", () => {
  test("is held against the higher threshold of coverage, whoever has it", () => {
    const coverage = (own: number, base: number) =>
      underPolicy(webWith(`    coverageMinimum: ${own}\n`), webWith(`    coverageMinimum: ${base}\n`))
        .components.web?.coverageMinimum
    expect([coverage(0, 80), coverage(95, 80), coverage(80, 80)]).toEqual([80, 95, 80])
  })

  test("is held against the smaller image, also where it takes the limit away", () => {
    const size = (own: string, base: string) =>
      underPolicy(webWith(own), webWith(base)).components.web?.maxImageMb
    expect(size("    maxImageMb: 900\n", "    maxImageMb: 60\n")).toBe(60)
    expect(size("", "    maxImageMb: 60\n")).toBe(60)
    expect(size("    maxImageMb: 50\n", "    maxImageMb: 60\n")).toBe(50)
    expect(size("", "")).toBeUndefined()
  })

  test("has the gates that its base requires, and more where it wants more", () => {
    const own = configOf("gates: { required: { fork: [typecheck], branch: [lint, coverage] } }\n")
    const base = configOf("gates: { required: { fork: [lint, unit], branch: [unit] } }\n")
    const { required } = underPolicy(own, base).gates
    expect([required.fork, required.branch]).toEqual([
      ["lint", "unit", "typecheck"],
      ["unit", "lint", "coverage"],
    ])
  })

  test("has the settings of gates of its base", () => {
    const own = configOf("gates: { secrets: { history: false }, vulnerabilities: { failOn: [critical] } }\n")
    expect(underPolicy(own, configOf()).gates).toMatchObject({
      secrets: { history: true },
      vulnerabilities: { failOn: ["critical", "high"] },
    })
  })

  test("switches no check off that its base has on", () => {
    const off = "    checks: { lint: { off: generated } }\n"
    expect(underPolicy(webWith(off), configOf()).components.web?.checks).toEqual({})
    expect(underPolicy(webWith(off), webWith(off)).components.web?.checks).toEqual({
      lint: { off: "generated" },
    })
  })

  test("sibling of V04: a component under a new name has the default thresholds, and no exemption", () => {
    const text = minimalConfig
      .replace("  web:", "  site:")
      .replace("    kind", "    coverageMinimum: 0\n    checks: { unit: { off: later } }\n    kind")
    const { site } = underPolicy(parseConfig(text, "f"), configOf()).components
    expect([site?.coverageMinimum, site?.checks]).toEqual([88, {}])
  })

  test("V03 goes to the environments, and belongs on the branches, that its base says", () => {
    const own = configOf("protectedBranches: [feature/x]\n")
    const base = configOf("protectedBranches: [main, release/1.4]\n")
    expect(underPolicy(own, base).protectedBranches).toEqual(["main", "release/1.4"])
    expect(underPolicy(own, base).refs).toEqual(base.refs)
  })

  test("what it consists of stays its own", () => {
    const own = webWith("    health: /ready\n")
    expect(underPolicy(own, configOf()).components.web?.health).toBe("/ready")
  })
})

describe("V03 protected branches", () => {
  const problems = (text: string) => {
    try {
      return configOf(text).protectedBranches
    } catch (error) {
      return (error as Error).message
    }
  }

  test("are exact names: main by default, maintenance lines beside it", () => {
    expect(problems("")).toEqual(["main"])
    expect(problems("protectedBranch: trunk\n")).toEqual(["trunk"])
    expect(problems("protectedBranches: [main, release/1.4]\n")).toEqual(["main", "release/1.4"])
  })

  test.each(["**", "release/*", "feature/", "/main", "a..b", "main.lock", "-f", "a b", "refs?"])(
    "are no pattern and no prefix: %s",
    (name) => {
      expect(problems(`protectedBranches: ["${name}"]\n`)).toMatch(/the exact name of a branch/)
      expect(problems(`protectedBranch: "${name}"\n`)).toMatch(/the exact name of a branch/)
    },
  )

  test("are named once", () => {
    expect(problems("protectedBranch: main\nprotectedBranches: [main]\n")).toMatch(/not both/)
    expect(problems("protectedBranches: []\n")).toMatch(/signalbox\.yaml/)
  })
})

describe("a change of the policy", () => {
  test("is told setting by setting, with both values", () => {
    const base = parts({
      config: webWith("    coverageMinimum: 80\n"),
      environments: { production: { protected: true, promotesFrom: "staging" } },
    })
    const own = parts({
      config: webWith("    coverageMinimum: 0\n"),
      waivers: [waiver],
      environments: { production: { protected: false, promotesFrom: "staging" } },
    })
    const changes = policyChanges(policyOf(base), policyOf(own))
    expect(changes.slice(0, 2)).toEqual([
      { path: "components.web.coverageMinimum", from: "80", to: "0" },
      { path: "environments.production.protected", from: "true", to: "false" },
    ])
    expect(changes.map(({ path }) => path)).toContain("waivers.W-1.expires")
    expect(changes.slice(2).every(({ from }) => from === null)).toBe(true)
  })

  test.each<[string, Partial<PolicyParts>]>([
    ["a waiver", { waivers: [waiver] }],
    ["an environment", { environments: { staging: { protected: false } } }],
    ["the toolbox", { toolbox: { tools: { trivy: { repository: "mine" } } } }],
    ["the required gates", { config: configOf("gates: { required: { fork: [lint] } }\n") }],
    ["where a tag goes", { config: configOf('refs: [{ tag: "v*", environment: staging }]\n') }],
    ["a protected branch", { config: configOf("protectedBranches: [main, next]\n") }],
  ])("has another hash, and is told: %s", (_name, more) => {
    const [base, own] = [policyOf(parts()), policyOf(parts(more))]
    expect(policyHash(own)).not.toBe(policyHash(base))
    expect(policyChanges(base, own).length).toBeGreaterThan(0)
  })

  test("is none between equal policies, whatever else the application is", () => {
    expect(
      policyChanges(policyOf(parts()), policyOf(parts({ config: webWith("    health: /x\n") }))),
    ).toEqual([])
  })

  test.each([
    ["an empty section that was not there", {}, { tools: {} }],
    ["a key with a dot, and a section", { "a.b": 1 }, { a: { b: 1 } }],
    ["an empty key", {}, { "": {} }],
    ["nothing, and an empty section", null, {}],
  ])("sibling of V04: is told for %s", (_name, before, after) => {
    const [base, own] = [policyOf(parts({ toolbox: before })), policyOf(parts({ toolbox: after }))]
    expect(policyChanges(base, own).length).toBeGreaterThan(0)
  })

  test("is told exactly where the hashes differ", () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [base, own] = [policyOf(parts({ toolbox: a })), policyOf(parts({ toolbox: b }))]
        const differs = policyHash(base) !== policyHash(own)
        expect(policyChanges(base, own).length > 0).toBe(differs)
      }),
      { numRuns: 1000 },
    )
  })
})
