/** A policy that many repositories share: a floor, never weaker than either side. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkEnvironment,
  checkSharedPolicy,
  environmentUnder,
  type SharedPolicy,
  underPolicy,
  underShared,
} from "../../../src/config/index.ts"
import { gateContexts, severities } from "../../../src/domain/index.ts"
import {
  type CatalogueEntry,
  catalogue,
  componentGateNames,
  gateNames,
} from "../../../src/gates/catalogue.ts"

const reference = `registry.example/policy:7@sha256:${"a".repeat(64)}`

/** Everything below is JSON, which is YAML. */
function configOf(more: object = {}, web: object = {}) {
  const text = JSON.stringify({
    ...{ schemaVersion: 1, project: "shop", registry: "registry.example/shop" },
    components: { web: { path: "web", language: "node", kind: "static", ...web } },
    environments: ["staging", "production"],
    ...more,
  })
  const { value, source, problems } = checkConfig(text, "signalbox.yaml")
  if (value === undefined) throw new Error(JSON.stringify(problems))
  return { config: value, source }
}

function environmentOf(more: object = {}) {
  const text = JSON.stringify({
    ...{ schemaVersion: 1, name: "production", namespace: "shop", release: "shop" },
    access: { kind: "service-proxy", component: "web" },
    ...more,
  })
  const { value, source, problems } = checkEnvironment(text, "environments/production.yaml")
  if (value === undefined) throw new Error(JSON.stringify(problems))
  return { environment: value, source }
}

async function policyOf(more: object): Promise<SharedPolicy> {
  const text = JSON.stringify({ schemaVersion: 1, ...more })
  const { value, problems } = await checkSharedPolicy(text, "policy.yaml")
  if (value === undefined) throw new Error(JSON.stringify(problems))
  return value
}

const held = async ({ config, source }: ReturnType<typeof configOf>, more: object) =>
  underShared(config, source, { reference, policy: await policyOf(more) })
const environmentHeld = async ({ environment, source }: ReturnType<typeof environmentOf>, more: object) =>
  environmentUnder(environment, source, { reference, policy: await policyOf(more) })

const key = (letters: string) =>
  `-----BEGIN PUBLIC KEY-----\n${letters.repeat(8)}\n-----END PUBLIC KEY-----\n`
const ours = { name: "ours", publicKey: key("abcd") }
const theirs = { name: "theirs", publicKey: key("wxyz") }

describe("a repository that extends a shared policy", () => {
  test("is unchanged by one that says nothing", async () => {
    const own = configOf({ signingKeys: [ours] }, { coverageMinimum: 3, checks: { lint: { off: "later" } } })
    expect(await held(own, {})).toEqual(own.config)
    const environment = environmentOf()
    expect(await environmentHeld(environment, {})).toEqual(environment.environment)
  })

  test("requires what either requires", async () => {
    const own = configOf({ gates: { required: { fork: ["lint"] } } })
    const { required } = (await held(own, { gates: { required: { fork: ["unit", "lint"] } } })).gates
    expect(required.fork).toEqual(["lint", "unit"])
    expect(required.release).toEqual(own.config.gates.required.release)
  })

  test("has the higher coverage and the smaller image, in every component", async () => {
    const floor = { components: { coverageMinimum: 90, maxImageMb: 100 } }
    const web = async (own: object) => (await held(configOf({}, own), floor)).components.web
    expect(await web({ coverageMinimum: 10 })).toMatchObject({ coverageMinimum: 90, maxImageMb: 100 })
    expect(await web({ coverageMinimum: 95, maxImageMb: 40 })).toMatchObject({
      coverageMinimum: 95,
      maxImageMb: 40,
    })
  })

  test("switches off only the checks that both let it", async () => {
    const own = configOf({}, { checks: { lint: { off: "later" }, unit: { off: "later" } } })
    expect((await held(own, { components: { checksOff: ["lint"] } })).components.web?.checks).toEqual({
      lint: { off: "later" },
    })
    expect((await held(own, { components: { checksOff: [] } })).components.web?.checks).toEqual({})
  })

  test("fails on what either fails on, and searches the history where either does", async () => {
    const own = configOf({
      gates: { vulnerabilities: { failOn: ["critical"] }, secrets: { history: false } },
    })
    const floor = { gates: { vulnerabilities: { failOn: ["medium"] }, secrets: { history: true } } }
    expect((await held(own, floor)).gates).toMatchObject({
      vulnerabilities: { failOn: ["critical", "medium"] },
      secrets: { history: true },
    })
    expect((await held(own, { gates: { vulnerabilities: {} } })).gates).toEqual(own.config.gates)
  })

  test("has the shorter terms of waivers", async () => {
    const own = configOf({ gates: { waivers: { acceptedRisk: "10d" } } })
    const floor = { gates: { waivers: { acceptedRisk: "30d", falsePositive: "60d" } } }
    const { waivers } = (await held(own, floor)).gates
    expect([`${waivers.acceptedRisk}`, `${waivers.falsePositive}`]).toEqual(["10d", "60d"])
  })

  test("protects the branches that both name, and counts the keys that both list", async () => {
    const own = configOf({ protectedBranches: ["main", "feature/x"], signingKeys: [ours, theirs] })
    const floor = {
      protectedBranches: ["main", "master"],
      signingKeys: [{ name: "platform", publicKey: ours.publicKey.replaceAll("\n", "\n\n") }],
    }
    const both = await held(own, floor)
    expect([both.protectedBranches, both.signingKeys]).toEqual([["main"], [ours]])
    // No keys is the weakest: then nothing would have to be signed.
    expect((await held(configOf(), { signingKeys: [theirs] })).signingKeys).toEqual([theirs])
  })

  test("allows overrides of the rules that both list, for the shorter time", async () => {
    const overrides = { rules: ["promotion", "gate-verdict"], approvers: ["alice"], maxAge: "12h" }
    const own = configOf({ overrides, approvers: [{ name: "alice", emails: ["alice@shop.example"] }] })
    const limited = await held(own, { overrides: { rules: ["promotion", "approvals"], maxAge: "2h" } })
    expect([limited.overrides?.rules, `${limited.overrides?.maxAge}`]).toEqual([["promotion"], "2h"])
    expect((await held(own, { overrides: { maxAge: "2d" } })).overrides).toEqual(own.config.overrides)
    expect((await held(own, { overrides: { rules: [] } })).overrides).toBeUndefined()
    expect((await held(configOf(), { overrides: { rules: ["promotion"] } })).overrides).toBeUndefined()
  })

  test("asks for the greater number of approvals, of a protected environment", async () => {
    const floor = { everyEnvironment: { approvals: 2 } }
    const approvals = async (more: object) => (await environmentHeld(environmentOf(more), floor)).approvals
    expect(await approvals({ protected: true })).toBe(2)
    expect(await approvals({ protected: true, approvals: 3 })).toBe(3)
    await expect(approvals({})).rejects.toThrow(
      /protected: it is false, by default, .* asks for approvals: 2 here; write protected: true$/m,
    )
  })

  test.each<[string, object, object, string]>([
    [
      "a branch",
      { protectedBranches: ["trunk"] },
      { protectedBranches: ["main"] },
      "protectedBranches: [main]",
    ],
    ["a key", { signingKeys: [ours] }, { signingKeys: [theirs] }, "one of those keys"],
  ])("is refused where no list would be left: %s", async (_, own, floor, allowed) => {
    const [name = ""] = Object.keys(own)
    const refused = held(configOf(own), floor)
    await expect(refused).rejects.toMatchObject({ code: "CONFIG_INVALID" })
    await expect(refused).rejects.toThrow(
      new RegExp(
        `signalbox\\.yaml:1:\\d+: ${name}: it is .*, as this file has it, and the shared policy ${reference} allows only .*; write ${allowed.replace(/[[\]]/g, "\\$&")}`,
      ),
    )
  })

  test("is under it with a component that its base does not have, too", async () => {
    const own = configOf({}, { coverageMinimum: 0 })
    const base = configOf({ components: { api: { path: "api", language: "node", kind: "static" } } })
    const merged = underPolicy(own.config, await held(base, { components: { coverageMinimum: 97 } }))
    const floor = { components: { coverageMinimum: 97 } }
    expect((await held({ config: merged, source: own.source }, floor)).components.web?.coverageMinimum).toBe(
      97,
    )
  })
})

describe("an environment of it", () => {
  test("is protected where the policy says so for all, or for its name", async () => {
    for (const floor of [
      { everyEnvironment: { protected: true } },
      { environments: { production: { protected: true } } },
    ])
      expect((await environmentHeld(environmentOf(), floor)).protected).toBe(true)
    const other = { environments: { staging: { protected: true } } }
    expect((await environmentHeld(environmentOf(), other)).protected).toBe(false)
    expect((await environmentHeld(environmentOf({ protected: true }), {})).protected).toBe(true)
  })

  test("accepts the databases that all rules accept, each at the shortest age", async () => {
    const own = environmentOf({
      acceptedDatabases: [
        { name: "trivy-db", maxAge: "48h" },
        { name: "mirror", maxAge: "1h" },
        { name: "old", maxAge: "1h" },
      ],
    })
    const floor = {
      everyEnvironment: {
        acceptedDatabases: [
          { name: "trivy-db", maxAge: "24h" },
          { name: "mirror", maxAge: "24h" },
        ],
      },
      environments: { production: { acceptedDatabases: [{ name: "trivy-db", maxAge: "12h" }] } },
    }
    expect(JSON.parse(JSON.stringify((await environmentHeld(own, floor)).acceptedDatabases))).toEqual([
      { name: "trivy-db", maxAge: "12h" },
    ])
  })

  test("P07 names a default that a shared policy excludes, both values, and what to write", async () => {
    const floor = { everyEnvironment: { acceptedDatabases: [{ name: "mirror", maxAge: "12h" }] } }
    await expect(environmentHeld(environmentOf(), floor)).rejects.toThrow(
      `acceptedDatabases: it is [{name: trivy-db, maxAge: 24h}], by default, because this file does not set it, and the shared policy ${reference} allows only [{name: mirror, maxAge: 12h}]; write acceptedDatabases: [{name: mirror, maxAge: 12h}]`,
    )
  })

  test("sibling of P07: the default branch, also by its other key", async () => {
    const floor = { protectedBranches: ["trunk"] }
    await expect(held(configOf(), floor)).rejects.toThrow(
      "protectedBranches: it is [main], by default, because this file does not set it",
    )
    await expect(held(configOf({ protectedBranch: "next" }), floor)).rejects.toThrow(
      /protectedBranch: it is \[next\], as this file has it, .*; write protectedBranches instead of protectedBranch: \[trunk\]/,
    )
  })

  test("sibling of P07: rules of the shared policy that exclude each other are its own to correct", async () => {
    const floor = {
      everyEnvironment: { acceptedDatabases: [{ name: "trivy-db", maxAge: "24h" }] },
      environments: { production: { acceptedDatabases: [{ name: "mirror", maxAge: "24h" }] } },
    }
    await expect(environmentHeld(environmentOf(), floor)).rejects.toThrow(
      /no database satisfies the shared policy .*: everyEnvironment allows only \[\{name: trivy-db.*environments\.production only \[\{name: mirror/,
    )
  })

  test("is refused where it accepts none of them, names none that it promotes from, or ends with the call", async () => {
    const database = environmentOf({ acceptedDatabases: [{ name: "mine", maxAge: "1h" }] })
    const floor = { everyEnvironment: { acceptedDatabases: [{ name: "trivy-db", maxAge: "24h" }] } }
    await expect(environmentHeld(database, floor)).rejects.toThrow(
      /environments\/production\.yaml:1:\d+: acceptedDatabases: it is \[\{name: mine, maxAge: 1h\}\], as this file has it, .* allows only \[\{name: trivy-db, maxAge: 24h\}\]/,
    )
    const promoted = { environments: { production: { promotedOnly: true } } }
    await expect(environmentHeld(environmentOf(), promoted)).rejects.toThrow(
      /environments\/production\.yaml:1:\d+: promotesFrom: .* takes only promoted releases here/,
    )
    const embedded = environmentOf({ cluster: { embedded: true } })
    await expect(environmentHeld(embedded, { everyEnvironment: { protected: true } })).rejects.toThrow(
      /environments\/production\.yaml:1:\d+: cluster\.embedded: .* protects this environment/,
    )
    const from = environmentOf({ promotesFrom: "staging" })
    expect(await environmentHeld(from, promoted)).toEqual(from.environment)
  })
})

test("every gate with settings says which of two is the stricter", () => {
  const members: readonly CatalogueEntry[] = catalogue
  expect(
    members.filter(({ settings, stricter }) => (settings === undefined) !== (stricter === undefined)),
  ).toEqual([])
})

// ---- the property ----

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
const some = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: 1 })
const days = fc.integer({ min: 1, max: 400 }).map((count) => `${count}d`)
const databases = fc
  .uniqueArray(fc.record({ name: fc.constantFrom("a", "b"), maxAge: days }), {
    minLength: 1,
    selector: ({ name }) => name,
  })
  .map((list) => list)
const gates = fc.record({
  required: maybe(
    fc.record({
      fork: maybe(some(gateNames)),
      branch: maybe(some(gateNames)),
      release: maybe(some(gateNames)),
    }),
  ),
  waivers: maybe(fc.record({ acceptedRisk: maybe(days), falsePositive: maybe(days) })),
  secrets: maybe(fc.record({ history: maybe(fc.boolean()) })),
  vulnerabilities: maybe(fc.record({ failOn: maybe(some(severities)) })),
})
const branches = some(["main", "release/1.4", "trunk"])
const keys = some([ours, theirs])
const ownSide = fc.record({
  config: fc.record({ gates: maybe(gates), protectedBranches: maybe(branches), signingKeys: maybe(keys) }),
  web: fc.record({
    coverageMinimum: maybe(fc.integer({ min: 0, max: 100 })),
    maxImageMb: maybe(fc.integer({ min: 1, max: 900 })),
    checks: some(componentGateNames).map((names) =>
      Object.fromEntries(names.map((name) => [name, { off: "later" }])),
    ),
  }),
  environment: fc.record({ protected: maybe(fc.boolean()), acceptedDatabases: maybe(databases) }),
})
const rules = fc.record({ protected: maybe(fc.constant(true)), acceptedDatabases: maybe(databases) })
const floorSide = fc.record({
  gates: maybe(gates),
  components: maybe(
    fc.record({
      coverageMinimum: maybe(fc.integer({ min: 0, max: 100 })),
      maxImageMb: maybe(fc.integer({ min: 1, max: 900 })),
      checksOff: maybe(fc.subarray([...componentGateNames])),
    }),
  ),
  protectedBranches: maybe(branches),
  signingKeys: maybe(keys),
  everyEnvironment: maybe(rules),
  environments: maybe(fc.record({ production: maybe(rules) })),
})

/** What a finding of each severity does, what may be waived for how long, …: larger is weaker, in every number. */
function weakness(config: ReturnType<typeof configOf>["config"]): Readonly<Record<string, number>> {
  const { required, waivers, vulnerabilities, secrets } = config.gates
  const { web } = config.components
  const mildest = Math.max(...vulnerabilities.failOn.map((one) => severities.indexOf(one)))
  return {
    ...Object.fromEntries(
      gateContexts.flatMap((context) =>
        gateNames.map((gate) => [`${context} ${gate}`, required[context].includes(gate) ? 0 : 1]),
      ),
    ),
    ...Object.fromEntries(severities.map((one, grade) => [`passes ${one}`, grade > mildest ? 1 : 0])),
    history: secrets.history ? 0 : 1,
    acceptedRisk: waivers.acceptedRisk.ms,
    falsePositive: waivers.falsePositive.ms,
    coverage: -(web?.coverageMinimum ?? 0),
    size: web?.maxImageMb ?? Number.POSITIVE_INFINITY,
    ...Object.fromEntries(componentGateNames.map((name) => [`off ${name}`, isOff(web?.checks, name)])),
    ...Object.fromEntries(
      ["main", "release/1.4", "trunk"].map((one) => [one, config.protectedBranches.includes(one) ? 1 : 0]),
    ),
    ...Object.fromEntries(
      [ours, theirs].map(({ name, publicKey }) => [
        name,
        config.signingKeys.length === 0 || config.signingKeys.some((one) => one.publicKey === publicKey)
          ? 1
          : 0,
      ]),
    ),
    unsigned: config.signingKeys.length === 0 ? 1 : 0,
  }
}

function isOff(checks: object | undefined, name: string): number {
  return checks !== undefined && Object.hasOwn(checks, name) ? 1 : 0
}

function environmentWeakness({ environment }: ReturnType<typeof environmentOf>) {
  const age = (name: string) =>
    Math.max(
      0,
      ...environment.acceptedDatabases.filter((one) => one.name === name).map(({ maxAge }) => maxAge.ms),
    )
  return { open: environment.protected ? 0 : 1, a: age("a"), b: age("b"), trivy: age("trivy-db") }
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
const noWeaker = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
  Object.entries(a).filter(([name, value]) => value > (b[name] ?? Number.NEGATIVE_INFINITY))

const anything = Number.POSITIVE_INFINITY

/** The same numbers, as a shared policy demands them: read from its text alone, and not by merging it with anything. */
function demanded({
  gates: floor = {},
  components = {},
  ...more
}: SharedPolicy): Readonly<Record<string, number>> {
  const { required = {}, waivers = {}, vulnerabilities, secrets } = floor
  const failOn = vulnerabilities?.failOn
  const mildest = Math.max(...(failOn ?? []).map((one) => severities.indexOf(one)))
  const listed = (list: readonly string[] | undefined, one: string) =>
    list === undefined || list.includes(one) ? anything : 0
  return {
    ...Object.fromEntries(
      gateContexts.flatMap((context) =>
        gateNames.map((gate) => [`${context} ${gate}`, required[context]?.includes(gate) ? 0 : anything]),
      ),
    ),
    ...Object.fromEntries(severities.map((one, grade) => [`passes ${one}`, grade > mildest ? anything : 0])),
    history: secrets?.history === true ? 0 : anything,
    acceptedRisk: waivers.acceptedRisk?.ms ?? anything,
    falsePositive: waivers.falsePositive?.ms ?? anything,
    coverage: components.coverageMinimum === undefined ? anything : -components.coverageMinimum,
    size: components.maxImageMb ?? anything,
    ...Object.fromEntries(
      componentGateNames.map((name) => [`off ${name}`, listed(components.checksOff, name)]),
    ),
    ...Object.fromEntries(
      ["main", "release/1.4", "trunk"].map((one) => [one, listed(more.protectedBranches, one)]),
    ),
    ...Object.fromEntries(
      [ours, theirs].map(({ name, publicKey }) => [
        name,
        listed(
          more.signingKeys?.map((one) => one.publicKey),
          publicKey,
        ),
      ]),
    ),
    unsigned: more.signingKeys === undefined ? anything : 0,
  }
}

function demandedOfProduction({ everyEnvironment, environments }: SharedPolicy) {
  const all = [everyEnvironment, environments?.production].filter((one) => one !== undefined)
  const age = (name: string) =>
    Math.min(
      ...all.flatMap(({ acceptedDatabases }) =>
        acceptedDatabases === undefined
          ? []
          : [
              Math.max(
                0,
                ...acceptedDatabases.filter((one) => one.name === name).map(({ maxAge }) => maxAge.ms),
              ),
            ],
      ),
    )
  const isProtected = all.some((one) => one.protected === true)
  return { open: isProtected ? 0 : anything, a: age("a"), b: age("b"), trivy: age("trivy-db") }
}

describe("the merged policy", () => {
  test("is never weaker than either side, and the same when it is merged again", async () => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(ownSide, floorSide, async (ownRandom, floorRandom) => {
        const [own, floor] = [plain(ownRandom), plain(floorRandom)]
        const config = configOf(own.config, own.web)
        const result = await held(config, floor).catch(conflict)
        if (result === null) return
        merged += 1
        expect(noWeaker(weakness(result), weakness(config.config))).toEqual([])
        expect(noWeaker(weakness(result), demanded(await policyOf(floor)))).toEqual([])
        expect(await held({ config: result, source: config.source }, floor)).toEqual(result)
      }),
      { numRuns: 150 },
    )
    expect(merged).toBeGreaterThan(30)
  })

  test("is never weaker than either side in an environment", async () => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(ownSide, floorSide, async (ownRandom, floorRandom) => {
        const [own, floor] = [plain(ownRandom), plain(floorRandom)]
        const environment = environmentOf(own.environment)
        const result = await environmentHeld(environment, floor).catch(conflict)
        if (result === null) return
        merged += 1
        const again = { environment: result, source: environment.source }
        expect(noWeaker(environmentWeakness(again), environmentWeakness(environment))).toEqual([])
        expect(noWeaker(environmentWeakness(again), demandedOfProduction(await policyOf(floor)))).toEqual([])
        expect(plain(await environmentHeld(again, floor))).toEqual(plain(result))
      }),
      { numRuns: 150 },
    )
    expect(merged).toBeGreaterThan(30)
  })
})

/** Only that nothing satisfies both is an answer; anything else is a defect. */
function conflict(error: Error & { readonly code?: string }): null {
  if (error.code !== "CONFIG_INVALID") throw error
  return null
}
