import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import {
  judgeLoad,
  k6Main,
  k6Options,
  type LoadPlan,
  type ProcessResult,
  planLoad,
  profiles,
  readSummary,
  runLoad,
} from "../../../src/verify/index.ts"

const recorded = (name: string) => readFileSync(new URL(`../../recorded/k6/${name}`, import.meta.url), "utf8")

/** A recorded summary whose metrics were changed, or taken out. */
function without(text: string, change: (metric: object, name: string) => object | undefined): string {
  const summary = JSON.parse(text) as { metrics: Record<string, object> }
  const metrics = Object.entries(summary.metrics).map(([name, metric]) => [name, change(metric, name)])
  return JSON.stringify({ ...summary, metrics: Object.fromEntries(metrics) })
}

const objectives = { errorRate: 0.01, p95Ms: 500, availability: 0.999, minimumRequests: 10 }
const plan = planLoad({ profile: "smoke", protected: false })

describe("profiles", () => {
  test("have the figures of the load matrix", () => {
    const table = Object.entries(profiles).map(([name, { users, durationSeconds }]) => [
      name,
      users,
      durationSeconds,
    ])
    expect(table).toEqual([
      ["smoke", 10, 60],
      ["load", 100, 300],
      ["stress", 500, 600],
      ["spike", 300, 180],
      ["volume", 400, 1200],
      ["endurance", 100, 3600],
      ["safety", 25, 300],
    ])
    expect(profiles.safety.rampUpSeconds).toBe(120)
  })

  test("one factor shortens users and durations; explicit figures are taken as they are", () => {
    expect(planLoad({ profile: "load", scale: 0.1, protected: false })).toMatchObject({
      users: 10,
      durationSeconds: 30,
      rampUpSeconds: 3,
    })
    expect(
      planLoad({ profile: "load", scale: 0.1, users: 7, durationSeconds: 20, protected: false }),
    ).toMatchObject({
      users: 7,
      durationSeconds: 20,
    })
    expect(planLoad({ profile: "smoke", scale: 0.001, protected: false })).toMatchObject({
      users: 1,
      durationSeconds: 1,
    })
  })

  test("a factor above one lengthens, and adds no users", () => {
    expect(planLoad({ profile: "load", scale: 2, protected: false })).toMatchObject({
      users: 100,
      durationSeconds: 600,
      rampUpSeconds: 60,
    })
  })

  test.each([
    ["a profile as it is", { profile: "load" }, false],
    ["fewer users than it has", { profile: "load", users: 5 }, false],
    ["more users than it has", { profile: "load", users: 101 }, true],
    ["the profile that is made for it", { profile: "stress", scale: 0.01 }, true],
  ])("%s seeks the limit, or does not", (_name, wishes, seeksLimit) => {
    expect(planLoad({ ...wishes, protected: false }).seeksLimit).toBe(seeksLimit)
  })

  test("a protected environment is loaded with 25 users at most, unless the cap is lifted", () => {
    expect(planLoad({ profile: "safety", protected: true }).users).toBe(25)
    const attempt = () => planLoad({ profile: "load", protected: true })
    expect(attempt).toThrow(expect.objectContaining({ code: "POLICY_REFUSED", exitCode: 16 }))
    expect(planLoad({ profile: "load", protected: true, allowAboveCap: true }).users).toBe(100)
  })

  test("an unknown one is refused with the nearest", () => {
    expect(() => planLoad({ profile: "stres", protected: false })).toThrow(/did you mean stress/)
    expect(() => planLoad({ profile: "constructor", protected: false })).toThrow(/no load profile/)
  })
})

describe("what k6 gets", () => {
  test("one ramping scenario and the objectives as thresholds", () => {
    const options = k6Options(planLoad({ profile: "load", protected: false }), objectives)
    expect(options.scenarios.load).toMatchObject({
      executor: "ramping-vus",
      stages: [
        { duration: "30s", target: 100 },
        { duration: "270s", target: 100 },
      ],
    })
    expect(options.thresholds).toEqual({
      http_req_failed: ["rate<=0.01"],
      http_req_duration: ["p(95)<=500"],
      checks: ["rate>=0.999"],
    })
  })

  test("a script of ours that takes over the user's functions and none of its options", () => {
    const main = k6Main("/input/load.js", k6Options(plan, objectives), "/out/k6-summary.json")
    expect(main).toContain('import * as user from "/input/load.js"')
    expect(main).not.toContain("user.options")
  })
})

describe("k6's summary, recorded", () => {
  const load: LoadPlan = { ...plan }

  test("objectives held", () => {
    const report = judgeLoad(load, objectives, readSummary(recorded("passed-handle-summary.json")))
    expect(report).toMatchObject({ verdict: "pass", breaches: [] })
    expect(report.figures.requests).toBeGreaterThan(0)
  })

  test("a crossed threshold is named with what was measured", () => {
    const report = judgeLoad(load, objectives, readSummary(recorded("crossed-handle-summary.json")))
    expect(report.verdict).toBe("fail")
    expect(report.breaches).toEqual([
      expect.stringMatching(/^http_req_duration p\(95\)<0\.0001, measured \d/),
    ])
  })

  test("failed requests", () => {
    const report = judgeLoad(
      load,
      { ...objectives, minimumRequests: 1 },
      readSummary(recorded("failed-requests-handle-summary.json")),
    )
    expect(report.verdict).toBe("fail")
    expect(report.figures.errorRate).toBe(1)
  })

  test("too few requests decide nothing", () => {
    const report = judgeLoad(
      load,
      { ...objectives, minimumRequests: 1e6 },
      readSummary(recorded("passed-handle-summary.json")),
    )
    expect(report).toMatchObject({
      verdict: "inconclusive",
      summary: expect.stringContaining("too few to judge"),
    })
  })

  test("objectives are held against the figures, also where k6 names no threshold", () => {
    const bare = without(recorded("failed-requests-handle-summary.json"), (metric) => ({
      ...metric,
      thresholds: undefined,
    }))
    const report = judgeLoad(load, { ...objectives, p95Ms: 1 }, readSummary(bare))
    expect(report.verdict).toBe("fail")
    expect(report.breaches).toEqual([
      "http_req_failed rate<=0.01, measured 1",
      "http_req_duration p(95)<=1, measured 15.5023",
      "checks rate>=0.999, measured 0",
    ])
  })

  test("what k6 and the figures say alike stands there once", () => {
    const read = readSummary(recorded("failed-requests-handle-summary.json"))
    const said = { ...read, breaches: ["http_req_failed rate<=0.01, measured 1"] }
    expect(judgeLoad(load, objectives, said).breaches).toEqual([
      "http_req_failed rate<=0.01, measured 1",
      "checks rate>=0.999, measured 0",
    ])
  })

  test("no request at all decides nothing, whatever is asked for", () => {
    const { figures, breaches } = readSummary(recorded("passed-handle-summary.json"))
    const none = { figures: { ...figures, requests: 0 }, breaches }
    expect(judgeLoad(load, { ...objectives, minimumRequests: 0 }, none).verdict).toBe("inconclusive")
  })

  test.each(["http_req_failed", "http_req_duration", "checks"])("one without %s is not judged", (missing) => {
    const text = without(recorded("passed-handle-summary.json"), (metric, name) =>
      name === missing ? undefined : metric,
    )
    expect(() => readSummary(text)).toThrow(
      expect.objectContaining({
        code: "OUTPUT_UNREADABLE",
        detail: expect.objectContaining({ where: expect.stringContaining(missing) }),
      }),
    )
  })

  test.each(["", "{}", '{"metrics":{}}', "null"])("%j is not a summary", (text) => {
    expect(() => readSummary(text)).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })
})

describe("running k6", () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "load-"))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function run(result: Partial<ProcessResult>, summary?: string) {
    const calls: { args: readonly string[]; env: Readonly<Record<string, string>> | undefined }[] = []
    const processes = {
      run: async (
        _command: string,
        args: readonly string[],
        options: { env?: Readonly<Record<string, string>> },
      ) => {
        calls.push({ args, env: options.env })
        if (summary !== undefined) await writeFile(join(directory, "k6-summary.json"), summary)
        return { code: 0, stdout: "", stderr: "", timedOut: false, ...result }
      },
    }
    const settings = {
      baseUrl: "http://127.0.0.1:1",
      version: "1.0.0",
      work: directory,
      out: directory,
      timeoutMs: 1000,
    }
    const report = await runLoad(processes, { plan, objectives, script: "/input/load.js", ...settings })
    return { report, calls }
  }

  test("tells nobody, opens no port, and hands the address over", async () => {
    const { report, calls } = await run({}, recorded("passed-handle-summary.json"))
    expect(report.verdict).toBe("pass")
    expect(calls[0]?.args).toEqual(expect.arrayContaining(["--no-usage-report", "--address"]))
    expect(calls[0]?.env).toMatchObject({
      BASE_URL: "http://127.0.0.1:1",
      VERSION: "1.0.0",
      PROFILE: "smoke",
    })
  })

  test("exit 99 is a judgement", async () => {
    const { report } = await run({ code: 99 }, recorded("crossed-handle-summary.json"))
    expect(report.verdict).toBe("fail")
  })

  test("exit 99 without a crossed threshold in the summary is not believed", async () => {
    await expect(run({ code: 99 }, recorded("passed-handle-summary.json"))).rejects.toMatchObject({
      code: "OUTPUT_UNREADABLE",
    })
  })

  test("no summary is said with its place and k6's log", async () => {
    await expect(run({})).rejects.toMatchObject({
      code: "OUTPUT_UNREADABLE",
      detail: {
        what: "k6 left no summary",
        where: expect.stringContaining("k6-summary.json"),
        next: expect.stringContaining("k6.log"),
      },
    })
  })

  test("a script that throws is a failure although k6 ends with 0", async () => {
    const result = { stderr: recorded("script-throws.stderr") }
    const { report } = await run(result, recorded("passed-handle-summary.json"))
    expect(report.verdict).toBe("fail")
    expect(report.breaches).toEqual(["the script threw 1 times: Error: boom"])
  })

  test.each([
    ["setup-throws", 107, /no target/],
    ["script-broken", 107, /k6 failed \(exit 107\)/],
    ["script-missing", 107, /k6 failed/],
  ])("%s is an error of the tool, not a verdict", async (name, code, why) => {
    const attempt = run({ code, stderr: recorded(`${name}.stderr`) })
    await expect(attempt).rejects.toThrow(why)
    await expect(attempt).rejects.toMatchObject({ code: "TOOL_FAILED", exitCode: 11 })
  })
})
