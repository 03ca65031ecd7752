// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${VERSION} is what smoke.yaml says.
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { defaultSmoke, parseSmoke, runSmoke, type SmokeRequest } from "../../../src/verify/index.ts"

interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A target that answers from a list, and then repeats its last answer. */
function target(...answers: readonly (Answer | Error)[]) {
  const asked: SmokeRequest[] = []
  let now = 0
  return {
    asked,
    baseUrl: async (component: string | undefined) => `http://${component ?? "default"}`,
    send: async (request: SmokeRequest) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {}
      asked.push(request)
      now += 100
      if (answer instanceof Error) throw answer
      return { status: 200, headers: {}, body: "", ...answer }
    },
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
}

const smoke = (checks: string, rest = "") =>
  parseSmoke(`retries: { attempts: 3, delay: 1s }\n${rest}\nchecks:\n${checks}`, "smoke.yaml")
const health = smoke(
  `  - { name: health, component: api, path: /health, expect: { json: { status: healthy, version: "\${VERSION}" } } }`,
)

describe("a smoke test", () => {
  test("passes when every check is answered as expected", async () => {
    const api = target({ body: '{"status":"healthy","version":"1.2.3"}' })
    const report = await runSmoke(health, api, "1.2.3", 60_000)
    expect(report).toMatchObject({ verdict: "pass", summary: "1 checks passed on version 1.2.3" })
    expect(api.asked.map((request) => request.url)).toEqual(["http://api/health"])
  })

  test("fails when another version answers: a rollout that never happened must not pass", async () => {
    const report = await runSmoke(
      health,
      target({ body: '{"status":"healthy","version":"1.2.2"}' }),
      "1.2.3",
      60_000,
    )
    expect(report.verdict).toBe("fail")
    expect(report.checks[0]?.problems).toEqual(['version is "1.2.2", expected "1.2.3"'])
  })

  test("tries again, a bounded number of times", async () => {
    const good = { body: '{"status":"healthy","version":"1.2.3"}' }
    const late = target(new Error("connection refused"), { status: 503 }, good)
    expect((await runSmoke(health, late, "1.2.3", 60_000)).checks[0]).toMatchObject({ ok: true, attempts: 3 })
    const never = target(new Error("connection refused"))
    const report = await runSmoke(health, never, "1.2.3", 60_000)
    expect(report.checks[0]).toMatchObject({ attempts: 3, problems: ["no answer: connection refused"] })
  })

  test("ends with its time, and still names every check", async () => {
    const checks = smoke("  - { name: a, path: /a }\n  - { name: b, path: /b }")
    const report = await runSmoke(checks, target({ status: 500 }), "1", 1_000)
    expect(report.checks.map((check) => check.ok)).toEqual([false, false])
    expect(report.checks[1]?.problems).toEqual(["not tried: the smoke test's time limit is over"])
  })

  test("measures the success rate of repeated probes", async () => {
    const repeated = smoke("  - { name: a, path: /a }", "repeat: 4\nminSuccessRate: 0.75")
    const flaky = (bad: number) => target({}, ...Array.from({ length: bad }, () => ({ status: 500 })), {})
    expect((await runSmoke(repeated, flaky(1), "1", 60_000)).verdict).toBe("pass")
    const report = await runSmoke(repeated, flaky(2), "1", 60_000)
    expect(report.checks[0]?.problems[0]).toMatch(/only 50\.0 % of answers were right/)
  })

  test("fewer answers than were asked for, because time is over, do not pass", async () => {
    const repeated = smoke("  - { name: a, path: /a }", "repeat: 100")
    const report = await runSmoke(repeated, target({}), "1", 1_000)
    expect(report.verdict).toBe("fail")
    expect(report.checks[0]).toMatchObject({
      successRate: 1,
      problems: ["asked only 10 of 100 times: the smoke test's time limit is over"],
    })
  })

  test("sends method, headers and body, with the version in them", async () => {
    const api = target({ status: 201 })
    const check = smoke(
      '  - { name: a, method: POST, path: /a, headers: { x-test: y }, body: { v: "${VERSION}" }, expect: { status: [200, 201] } }',
    )
    await runSmoke(check, api, "1.2.3", 60_000)
    expect(api.asked[0]).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json", "x-test": "y" },
      body: '{"v":"1.2.3"}',
    })
  })
})

describe("expectations", () => {
  const body = '{"status":"warning","items":[{"id":"a-1"}],"count":3,"gone":null}'
  const judged = async (expected: string, answer: Answer = { body }) => {
    const report = await runSmoke(
      smoke(`  - { name: a, path: /a, expect: ${expected} }`),
      target(answer),
      "1.0.0",
      60_000,
    )
    return report.checks[0]?.problems ?? []
  }

  test.each([
    "{ json: { status: { oneOf: [healthy, warning] } } }",
    "{ json: { status: { not: unhealthy } } }",
    '{ json: { items.0.id: { matches: "^a-" } } }',
    "{ json: { $.count: { atLeast: 3 }, gone: null } }",
    "{ json: { items.1: { exists: false } } }",
    "{ contains: warning }",
  ])("%s holds", async (expected) => {
    expect(await judged(expected)).toEqual([])
  })

  test("an expression that tries for ever is a failed check, and stops nobody", async () => {
    const found = await judged('{ json: { status: { matches: "^(?:.?){200}X$" } } }')
    expect(found[0]).toMatch(/takes too long to match it/)
  })

  test.each<[string, Answer, RegExp]>([
    ["{ status: 204 }", { body }, /status 200, expected 204/],
    ["{ json: { count: { atLeast: 4 } } }", { body }, /count is 3, expected at least 4/],
    ["{ json: { missing: 1 } }", { body }, /missing is missing/],
    ["{ json: { a: 1 } }", { body: "<html>" }, /not JSON: "<html>"/],
    ["{ headers: { content-type: json } }", {}, /no header content-type/],
    [
      "{ headers: { X-Frame-Options: DENY } }",
      { headers: { "x-frame-options": "SAMEORIGIN" } },
      /is "SAMEORIGIN"/,
    ],
    ['{ contains: "${VERSION}" }', { body }, /does not contain "1\.0\.0"/],
  ])("%s does not hold", async (expected, answer, problem) => {
    expect((await judged(expected, answer)).join()).toMatch(problem)
  })
})

describe("smoke.yaml", () => {
  test("the example's is accepted", () => {
    const file = new URL("../../../examples/intelligent-agent/deploy/smoke.yaml", import.meta.url)
    expect(parseSmoke(readFileSync(file, "utf8"), "smoke.yaml").checks.length).toBeGreaterThan(5)
  })

  test.each([
    ["no checks", "checks: []", /checks: /],
    ["an unknown key", "checks: [{ name: a, path: /a, expcet: {} }]", /expcet/],
    ["a path without a slash", "checks: [{ name: a, path: a }]", /smoke\.yaml:1:27: checks\[0\]\.path/],
    [
      "a wrong delay",
      "retries: { delay: soon }\nchecks: [{ name: a, path: /a }]",
      /smoke\.yaml:1:19: retries\.delay: "soon"/,
    ],
    ["no YAML", "checks: [", /smoke\.yaml:1:10: /],
    [
      "no regular expression",
      'checks: [{ name: a, path: /a, expect: { json: { v: { matches: "(" } } } }]',
      /smoke\.yaml:1:63: checks\[0\]\.expect\.json\.v\.matches/,
    ],
    [
      "a GET with a body",
      "checks: [{ name: a, path: /a, body: { b: 1 } }]",
      /smoke\.yaml:1:37: checks\[0\]\.body: .*no body with GET or HEAD/,
    ],
    [
      "a name twice",
      "checks: [{ name: a, path: /a }, { name: a, path: /b }]",
      /smoke\.yaml:1:41: checks\[1\]\.name: .*each name once/,
    ],
  ])("%s is refused with its place", (_name, text, why) => {
    const attempt = () => parseSmoke(text, "smoke.yaml")
    expect(attempt).toThrow(why)
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }))
  })

  test("without one, every component's health path is asked", () => {
    const checks = defaultSmoke({ web: { health: "/health" }, api: { health: "/up" } }).checks
    expect(checks.map((check) => [check.component, check.path])).toEqual([
      ["web", "/health"],
      ["api", "/up"],
    ])
  })
})
