import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkEnvironment,
  checkTogether,
  componentNamed,
  environmentNamed,
  formatProblem,
  loadWithoutScript,
  parseConfig,
  parseEnvironment,
} from "../../../src/config/index.ts"
import { Duration } from "../../../src/domain/index.ts"
import { minimalConfig, minimalEnvironment, replaced } from "./texts.ts"

const file = "environments/staging.yaml"
const of = (text: string) => new Duration(text)

describe("a valid environment", () => {
  test("gets every default", () => {
    expect(parseEnvironment(minimalEnvironment, file)).toEqual({
      schemaVersion: 1,
      name: "staging",
      namespace: "shop-staging",
      release: "shop",
      protected: false,
      promotesFrom: null,
      values: null,
      access: { kind: "service-proxy", component: "web" },
      cluster: { embedded: false, server: null, caFingerprint: null },
      timeouts: { rollout: of("5m"), rollback: of("5m"), smoke: of("1m"), load: of("10m") },
      lock: { ttl: of("60s"), renew: of("10s"), giveUp: of("40s"), wait: of("75s") },
      history: 10,
      verificationTtl: of("7d"),
      acceptedDatabases: [{ name: "trivy-db", maxAge: of("24h") }],
      load: { profile: "smoke", scale: 1, inconclusive: null },
      objectives: {
        errorRate: 0.01,
        p95Ms: 500,
        availability: 0.999,
        minimumRequests: 50,
        expectedStatuses: [],
      },
      hooks: [],
      strategy: "rolling",
    })
  })

  test("is, as JSON, the same file again", () => {
    const environment = parseEnvironment(`${minimalEnvironment}timeouts: { rollout: 1h30m }\n`, file)
    const sent = JSON.stringify(environment)
    expect(JSON.parse(sent)).toMatchObject({ timeouts: { rollout: "1h30m" }, verificationTtl: "7d" })
    expect(parseEnvironment(sent, file)).toEqual(environment)
  })

  test.each(["local", "development", "staging", "production"])("%s of this repository is one", (name) => {
    const path = `environments/${name}.yaml`
    const config = checkConfig(readFileSync("signalbox.yaml", "utf8"), "signalbox.yaml")
    const environment = checkEnvironment(readFileSync(path, "utf8"), path)
    expect(environment.problems).toEqual([])
    expect(checkTogether(config, [environment])).toEqual([])
  })

  test("a production accepts no fixture database and promotes from staging only", () => {
    const production = parseEnvironment(
      readFileSync("environments/production.yaml", "utf8"),
      "production.yaml",
    )
    expect(production).toMatchObject({
      protected: true,
      promotesFrom: "staging",
      timeouts: { rollout: of("10m") },
    })
    expect(production.acceptedDatabases.map(({ name }) => name)).not.toContain("signalbox-fixture")
    const local = parseEnvironment(readFileSync("environments/local.yaml", "utf8"), "local.yaml")
    expect(local.acceptedDatabases.map(({ name }) => name)).toContain("signalbox-fixture")
    expect([local.cluster.embedded, production.cluster.embedded]).toEqual([true, false])
  })
})

describe("one wrong thing", () => {
  const cases: readonly [state: string, line: string, told: string][] = [
    [
      "duration without unit",
      "timeouts: { rollout: 300 }",
      `${file}:6:22: timeouts.rollout: 300 is not allowed; allowed: text`,
    ],
    [
      "duration in words",
      "timeouts: { rollout: 5 min }",
      `${file}:6:22: timeouts.rollout: "5 min" is not allowed; allowed: a duration such as 45s, 5m, 1h30m or 7d`,
    ],
    [
      "duration of nothing",
      "timeouts: { rollout: 0s }",
      `${file}:6:22: timeouts.rollout: "0s" is not allowed; allowed: a duration longer than zero`,
    ],
    [
      "holder that gives up after others took over",
      "lock: { giveUp: 60s }",
      `${file}:6:17: lock.giveUp: "60s" contradicts another setting; allowed: less than ttl, 60s`,
    ],
    [
      "sibling of P07: waiter that leaves before a dead holder counts as dead",
      "lock: { ttl: 80s }",
      `${file}:6:7: lock.wait: the default "75s" contradicts another setting; allowed: more than ttl, 80s`,
    ],
    [
      "unknown profile",
      "load: { profile: strss }",
      `${file}:6:18: load.profile: "strss" is not allowed; allowed: none, smoke, load, stress, spike, volume, ` +
        'endurance, safety; did you mean "stress"?',
    ],
    [
      "strategy that does not exist",
      "strategy: roling",
      `${file}:6:11: strategy: "roling" is not allowed; allowed: rolling; did you mean "rolling"?`,
    ],
    [
      "share above one",
      "objectives: { availability: 99.9 }",
      `${file}:6:29: objectives.availability: 99.9 is not allowed; allowed: at most 1`,
    ],
    [
      "V06 no answer as an expected status",
      "objectives: { expectedStatuses: [404, 0] }",
      `${file}:6:39: objectives.expectedStatuses[1]: 0 is not allowed; allowed: at least 400`,
    ],
    [
      "promotion from itself",
      "promotesFrom: staging",
      `${file}:6:15: promotesFrom: "staging" contradicts another setting; allowed: another environment than the one ` +
        "that this file describes",
    ],
    [
      "pin without TLS",
      "cluster: { server: http://1.2.3.4:6443 }",
      `${file}:6:20: cluster.server: "http://1.2.3.4:6443" is not allowed; allowed: an https:// address`,
    ],
  ]
  test.each([
    ["protected: true", `${file}:8:12: protected: true contradicts`, "false, where the cluster is embedded"],
    ["  server: https://1.2.3.4:6443", `${file}:8:11: cluster.server: "https://1.2.3.4:6443"`, "no pin"],
    [`  caFingerprint: sha256:${"a".repeat(64)}`, `${file}:8:18: cluster.caFingerprint:`, "no pin"],
  ])("an embedded cluster with %s", (line, place, allowed) => {
    const text = `${minimalEnvironment}cluster:\n  embedded: true\n${line}\n`
    const problems = checkEnvironment(text, file).problems.map(formatProblem)
    expect(problems).toEqual([expect.stringContaining(allowed)])
    expect(problems[0]).toContain(place)
  })

  test.each(cases)("%s", (_, line, told) => {
    expect(checkEnvironment(`${minimalEnvironment}${line}\n`, file).problems.map(formatProblem)).toEqual([
      told,
    ])
  })

  test("a file called otherwise", () => {
    const told = checkEnvironment(minimalEnvironment, "environments/live.yaml").problems.map(formatProblem)
    expect(told).toEqual([
      'environments/live.yaml:2:7: name: "staging" contradicts another setting; allowed: live, as the file is called',
    ])
  })
})

describe("between the files", () => {
  const config = checkConfig(
    replaced(minimalConfig, "[staging, production]", "[staging, production, canary]"),
    "signalbox.yaml",
  )
  const named = (name: string, more: string) =>
    checkEnvironment(
      `${replaced(minimalEnvironment, "name: staging", `name: ${name}`)}${more}\n`,
      `${name}.yaml`,
    )
  const told = (...environments: ReturnType<typeof named>[]) =>
    checkTogether(config, environments).map(formatProblem)

  test("a promotion from an environment that does not exist", () => {
    expect(told(named("production", "promotesFrom: stagin"))).toEqual([
      'production.yaml:6:15: promotesFrom: there is no environment "stagin"; allowed: staging, production, canary; ' +
        'did you mean "staging"?',
    ])
  })

  test("an environment that is not listed", () => {
    expect(told(named("stagin", ""))).toEqual([
      'stagin.yaml:2:7: name: there is no environment "stagin"; allowed: staging, production, canary; did you mean "staging"?',
    ])
  })

  test("access through a component that does not exist", () => {
    const text = replaced(minimalEnvironment, "component: web", "component: wep")
    expect(told(checkEnvironment(text, file))).toEqual([
      `${file}:5:43: access.component: there is no component "wep"; allowed: web; did you mean "web"?`,
    ])
  })

  test("promotions in a circle are told once", () => {
    const circle = [
      named("staging", "promotesFrom: canary"),
      named("production", "promotesFrom: staging"),
      named("canary", "promotesFrom: production"),
    ]
    expect(told(...circle)).toEqual([
      "staging.yaml:6:15: promotesFrom: promotions go in a circle: staging from canary from production from staging",
    ])
  })

  test("a chain into a circle tells the circle only", () => {
    const chain = [
      named("staging", "promotesFrom: production"),
      named("production", "promotesFrom: canary"),
      named("canary", "promotesFrom: production"),
    ]
    expect(told(...chain)).toEqual([
      "production.yaml:6:15: promotesFrom: promotions go in a circle: production from canary from production",
    ])
  })

  test("a straight chain is fine", () => {
    expect(told(named("staging", ""), named("canary", "promotesFrom: staging"))).toEqual([])
  })
})

describe("names given on the command line", () => {
  const config = parseConfig(minimalConfig, "signalbox.yaml")

  test("known ones are found", () => {
    expect(componentNamed(config, "web")).toMatchObject({ path: "web" })
    expect(environmentNamed(config, "staging")).toBe("staging")
  })

  test.each([
    ["component", () => componentNamed(config, "wbe"), "UNKNOWN_COMPONENT", 'did you mean "web"?'],
    [
      "inherited member",
      () => componentNamed(config, "constructor"),
      "UNKNOWN_COMPONENT",
      "name one of them",
    ],
    [
      "environment",
      () => environmentNamed(config, "prod"),
      "UNKNOWN_ENVIRONMENT",
      'did you mean "production"?',
    ],
  ])("an unknown %s ends with 13 and the nearest name", (_, look, code, next) => {
    expect(look).toThrowError(
      expect.objectContaining({ code, exitCode: 13, detail: expect.objectContaining({ next }) }),
    )
  })
})

describe("C11 a limit shorter than the load test", () => {
  const problems = (lines: string) =>
    checkEnvironment(`${minimalEnvironment}${lines}\n`, file).problems.map(
      ({ line, column, path, allowed }) => `${line}:${column} ${path}: ${allowed?.join()}`,
    )
  const takes = (profile: string, scale: number, seconds: number) =>
    `profile ${profile} at scale ${scale} takes ${seconds} s, and its last iterations 10 s more`
  const byDefault = (profile: string, scale: number, seconds: number) =>
    `6:18 load.profile: a profile that fits into 10m, or timeouts.load: ${seconds + 10}s; ${takes(profile, scale, seconds)}`

  test.each([
    [
      "C11 that the file names",
      "load: { profile: smoke, scale: 0.5 }\ntimeouts: { load: 20s }",
      `7:19 timeouts.load: at least 40s: ${takes("smoke", 0.5, 30)}`,
    ],
    ["C11 by default: endurance", "load: { profile: endurance }", byDefault("endurance", 1, 3600)],
    ["C11 by default: stress takes exactly that", "load: { profile: stress }", byDefault("stress", 1, 600)],
    ["C11 by the scale", "load: { profile: load, scale: 10 }", byDefault("load", 10, 3000)],
    [
      "sibling of C11: of the profile that there is without a word",
      "timeouts: { load: 30s }",
      `6:19 timeouts.load: at least 70s: ${takes("smoke", 1, 60)}`,
    ],
  ])("%s is 13, with line and column", (_what, lines, problem) => {
    expect(problems(lines)).toEqual([problem])
  })

  test.each([
    "load: { profile: stress }\ntimeouts: { load: 11m }",
    "load: { profile: none }\ntimeouts: { load: 5s }",
    "load: { profile: endurance, scale: 0.1 }",
  ])("one that is long enough is none: %s", (lines) => {
    expect(problems(lines)).toEqual([])
  })
})

describe("V17 a load profile without a script", () => {
  const problems = (lines: string, script: string | null = null) =>
    loadWithoutScript(checkEnvironment(`${minimalEnvironment}${lines}\n`, file), script).map(
      ({ line, column, allowed }) => `${line}:${column} ${allowed?.join()}`,
    )

  test("V17 that the file names is 13, with line and column", () => {
    expect(problems("load: { profile: load }")).toEqual([
      "6:18 none, or a script to run: load.script in signalbox.yaml",
    ])
  })

  test("V17 is no mistake with a script, without a profile, and where the file says none", () => {
    const all = ["", "load: { profile: none }", "load: { scale: 0.1 }"].map((lines) => problems(lines))
    expect([problems("load: { profile: load }", "load.js"), ...all]).toEqual([[], [], [], []])
  })
})
