/** The policy that a tree is held against: its base's, and its own only where that is stricter. */
import { generateKeyPairSync, type KeyObject } from "node:crypto"
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
import { sha256, type Waiver } from "../../../src/domain/index.ts"
import { readPublicKey } from "../../../src/evidence/index.ts"
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

const publicKey = () => generateKeyPairSync("ed25519").publicKey
const pemOf = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString()
const changesOf = (before: Partial<PolicyParts>, after: Partial<PolicyParts>) =>
  policyChanges(policyOf(parts(before)), policyOf(parts(after)))

describe("a changed setting is shown as signalbox.yaml has it", () => {
  test.each<[string, string, string, string, string]>([
    ["gates: { waivers: { acceptedRisk: 30d } }", "", "gates.waivers.acceptedRisk", "30d", "90d"],
    ["protectedBranches: [main, release/1.4]", "", "protectedBranches", "[main, release/1.4]", "[main]"],
    [
      'refs: [{ tag: "v*", environment: staging }]',
      "refs: [{ branch: main, environment: staging }]",
      "refs",
      "[{tag: v*, environment: staging}]",
      "[{branch: main, environment: staging}]",
    ],
  ])("P05 %s", (before, after, path, from, to) => {
    const changes = changesOf({ config: configOf(`${before}\n`) }, { config: configOf(`${after}\n`) })
    expect(changes.find((one) => one.path === path)).toMatchObject({ from, to })
    expect(JSON.stringify(changes)).not.toContain('ms"')
  })

  test("P05 a key by its name and the fingerprint that messages about signatures have", () => {
    const key = publicKey()
    const pem = pemOf(key)
    const config = configOf(`signingKeys: ${JSON.stringify([{ name: "release", publicKey: pem }])}\n`)
    const [change] = changesOf({}, { config })
    expect(change).toEqual({
      path: "signingKeys",
      from: null,
      to: `[{name: release, publicKey: public key ${readPublicKey({ name: "release", publicKey: pem }).id}}]`,
    })
  })

  test("sibling of P05: a certificate in an environment, and a duration of an override", () => {
    const ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    const [access] = changesOf(
      { environments: { staging: {} } },
      { environments: { staging: { access: { ca } } } },
    )
    expect(access?.to).toBe(`certificate ${sha256(Buffer.from("AAAA", "base64"))}`)
    const overriding = (maxAge: string) =>
      configOf(
        `approvers: [{ name: alice, emails: [a@x.example] }]\noverrides: { rules: [promotion], approvers: [alice], maxAge: ${maxAge} }\n`,
      )
    expect(changesOf({ config: overriding("8h") }, { config: overriding("24h") })).toEqual([
      { path: "overrides.maxAge", from: "8h", to: "24h" },
    ])
  })

  test("sibling of P05: two texts of one key do not look alike", () => {
    const pem = pemOf(publicKey())
    const withKey = (text: string) => ({ toolbox: { key: text } })
    const [change] = changesOf(withKey(pem), withKey(pem.replaceAll("\n", "\r\n")))
    expect(change?.from).not.toBe(change?.to)
  })
})

describe("a stricter setting", () => {
  const overriding =
    "approvers: [{ name: alice, emails: [a@x.example] }]\noverrides: { rules: [promotion], approvers: [alice] }\n"
  const production = (more: object) => ({ environments: { production: { name: "production", ...more } } })

  test.each<[string, Partial<PolicyParts>, Partial<PolicyParts>]>([
    ["more coverage", {}, { config: webWith("    coverageMinimum: 99\n") }],
    ["a limit of size", {}, { config: webWith("    maxImageMb: 10\n") }],
    ["a check that is on again", { config: webWith("    checks: { lint: { off: x } }\n") }, {}],
    ["a shorter term", {}, { config: configOf("gates: { waivers: { acceptedRisk: 30d } }\n") }],
    [
      "milder findings",
      {},
      { config: configOf("gates: { vulnerabilities: { failOn: [critical, high, medium] } }\n") },
    ],
    ["a waiver less", { waivers: [waiver] }, {}],
    ["protection", production({}), production({ protected: true })],
    ["an approval more", production({ approvals: 1 }), production({ approvals: 2 })],
    [
      "more gates",
      { config: configOf("gates: { required: { fork: [lint] } }\n") },
      { config: configOf("gates: { required: { fork: [lint, unit] } }\n") },
    ],
    ["no override", { config: configOf(overriding) }, { config: configOf(overriding.split("overrides")[0]) }],
  ])("P06 is told as one, and the way back is not: %s", (_, before, after) => {
    const there = changesOf(before, after)
    const back = changesOf(after, before)
    expect([there.length > 0, there.filter((one) => one.stricter !== true)]).toEqual([true, []])
    expect(back.filter((one) => one.stricter === true)).toEqual([])
  })

  const others = [pemOf(publicKey())].map((key) => ({ name: "mine", publicKey: key }))
  test.each<[string, Partial<PolicyParts>, Partial<PolicyParts>]>([
    ["a key of its own", {}, { config: configOf(`signingKeys: ${JSON.stringify(others)}\n`) }],
    ["another waiver", { waivers: [waiver] }, { waivers: [{ ...waiver, expires: "2026-01-01" }] }],
    [
      "a component under a new name",
      {},
      { config: parseConfig(minimalConfig.replace("  web:", "  site:"), "signalbox.yaml") },
    ],
    ["an environment that is new", {}, production({ protected: true })],
    ["another place to go", {}, { config: configOf('refs: [{ tag: "v*", environment: staging }]\n') }],
    ["another image of a tool", {}, { toolbox: { tools: { trivy: "mine" } } }],
    ["approvers", {}, { config: configOf("approvers: [{ name: eve, emails: [e@x.example] }]\n") }],
  ])("sibling of P06: is never what may let something through: %s", (_, before, after) => {
    const changes = changesOf(before, after)
    expect([changes.length > 0, changes.filter((one) => one.stricter === true)]).toEqual([true, []])
  })
})
