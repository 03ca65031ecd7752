import { readFileSync } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import {
  figuresOf,
  judgeLoad,
  k6Main,
  k6Options,
  type LoadReport,
  type ProcessOptions,
  type ProcessResult,
  planLoad,
  profiles,
  runLoad,
  SampleReader,
  type Samples,
} from "../../../src/verify/index.ts"

const path = (name: string) => new URL(`../../recorded/k6/${name}`, import.meta.url)
const recorded = (name: string) => readFileSync(path(name), "utf8")
const { cases } = JSON.parse(recorded("cases.json")) as {
  cases: Record<string, { args: readonly string[]; exitCode: number; stderr?: string }>
}

/** What k6 wrote, in pieces of odd sizes. */
function samplesOf(text: string): Samples {
  const reader = new SampleReader()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 977) reader.take(bytes.subarray(at, at + 977))
  return reader.end()
}

const objectives = {
  errorRate: 0.01,
  p95Ms: 5000,
  availability: 0.999,
  minimumRequests: 5,
  expectedStatuses: [] as readonly number[],
}
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
  test("one ramping scenario, and k6's own status on every request", () => {
    const options = k6Options(planLoad({ profile: "load", protected: false }))
    expect(options.scenarios.load).toMatchObject({
      executor: "ramping-vus",
      stages: [
        { duration: "30s", target: 100 },
        { duration: "270s", target: 100 },
      ],
    })
    expect(options.systemTags).toContain("status")
  })

  test("a script of ours that takes over the user's functions and none of its options", () => {
    const main = k6Main("./load.js", k6Options(plan))
    expect(main).toContain('import * as user from "./load.js"')
    expect(main).not.toMatch(/user\.(options|handleSummary)/)
  })

  test("X8 no option that it does not know: the real one warns of those, and of none of ours", () => {
    expect(recorded("unknown-option.stderr")).toMatch(/level=warning .*unknown field .*noUsageReport/)
    expect(cases["options-of-ours"]).toMatchObject({ exitCode: 0 })
    expect(cases["options-of-ours"]?.stderr).toBeUndefined()
    expect(Object.keys(k6Options(plan)).sort()).toEqual(["discardResponseBodies", "scenarios", "systemTags"])
  })
})

describe("what k6 has measured, recorded", () => {
  const judged = (name: string, more: Partial<typeof objectives> = {}): LoadReport => {
    const all = { ...objectives, ...more }
    return judgeLoad(plan, all, figuresOf(samplesOf(recorded(`${name}.stdout`)), all.expectedStatuses))
  }

  test("objectives held, whatever the script prints", () => {
    const report = judged("passed")
    expect(report).toMatchObject({ verdict: "pass", breaches: [], figures: { statuses: { 200: 6 } } })
    expect(report.figures.seconds).toBeGreaterThan(0)
  })

  test.each([
    ["callback-of-all", { 404: 3, 503: 3 }, "3 × 404, 3 × 503"],
    ["callback-of-one", { 503: 6 }, "6 × 503"],
    ["status-tags", { 503: 6 }, "6 × 503"],
    ["own-options", { 503: 6 }, "6 × 503"],
    ["no-answer", { 0: 6 }, "6 × no answer"],
  ])("V06 %s does not pass on answers that are none, though every check holds", (name, statuses, told) => {
    const report = judged(name)
    expect(report.figures).toMatchObject({ statuses, errorRate: 1, checkRate: 1 })
    expect(report.verdict).toBe("fail")
    expect(report.breaches).toEqual([`failed requests at most 1 %, measured 100 % (${told})`])
  })

  test("V06 samples that the script adds to k6's own metrics are no requests, and nothing is judged", () => {
    expect(() => judged("added-samples")).toThrow(
      expect.objectContaining({
        code: "OUTPUT_UNREADABLE",
        detail: expect.objectContaining({ what: "the load script writes to k6's own metrics of requests" }),
      }),
    )
  })

  test("V06 a status that the environment expects is no failure, and no other", () => {
    expect(judged("callback-of-all", { expectedStatuses: [404] }).figures.errorRate).toBe(0.5)
    expect(judged("callback-of-all", { expectedStatuses: [404, 503] }).verdict).toBe("pass")
    expect(judged("no-answer", { expectedStatuses: [0] }).verdict).toBe("fail")
  })

  test("every answer counts, also of a redirect; redirects are no failures", () => {
    const { figures } = judged("mixed")
    expect(figures).toMatchObject({ requests: 24, statuses: { 200: 6, 302: 6, 404: 6, 500: 6 } })
    expect(figures.errorRate).toBe(0.5)
  })

  test("checks are the script's own; one without any proves nothing", () => {
    expect(judged("check-fails").breaches).toEqual(["checks that hold at least 99.9 %, measured 50 %"])
    expect(judged("mixed", { errorRate: 1 }).breaches).toEqual([
      "checks that hold at least 99.9 %, measured 0 %",
    ])
  })

  test("metrics of the script's own stand in nobody's way", () => {
    expect(judged("own-metrics")).toMatchObject({ verdict: "pass", figures: { requests: 6 } })
  })

  test("too few requests decide nothing, and none at all never do", () => {
    expect(judged("passed", { minimumRequests: 1e6 })).toMatchObject({
      verdict: "inconclusive",
      summary: expect.stringContaining("too few to judge"),
    })
    expect(judged("unknown-option", { minimumRequests: 0 }).verdict).toBe("inconclusive")
  })

  test("a percentile lies between the two values that are nearest, as k6 has it", () => {
    const samples = {
      statuses: { 200: 4 },
      durations: [40, 10, 30, 20],
      checks: { held: 1, all: 1 },
      seconds: 2,
    }
    const figures = figuresOf(samples, [])
    expect(figures).toMatchObject({ p50Ms: 25, p90Ms: 37, requestsPerSecond: 2 })
    expect(figures.p95Ms).toBeCloseTo(38.5)
    expect(judgeLoad(plan, { ...objectives, p95Ms: 38 }, figures).breaches).toContain(
      "p95 at most 38 ms, measured 38.5 ms",
    )
  })

  test("a small share of failures is not shown as none", () => {
    const samples = {
      statuses: { 200: 1e6, 500: 1 },
      durations: [1],
      checks: { held: 1, all: 1 },
      seconds: 2,
    }
    const figures = { ...figuresOf(samples, []), requests: 1_000_001, errorRate: 1 / 1_000_001 }
    expect(judgeLoad(plan, { ...objectives, errorRate: 0 }, figures).breaches).toEqual([
      "failed requests at most 0 %, measured 0.00010 % (1 × 500)",
    ])
  })

  test.each([
    ["cut off", (text: string) => text.slice(0, -20)],
    ["with a line of somebody else", (text: string) => `${text}hello\n`],
    ["with a request without a status", (text: string) => text.replaceAll('"status":"200"', '"other":"200"')],
  ])("one %s is not judged", (_name, change) => {
    expect(() => samplesOf(change(recorded("passed.stdout")))).toThrow(
      expect.objectContaining({ code: "OUTPUT_UNREADABLE" }),
    )
  })

  test.each([
    ["out of order", (lines: string[]) => [...lines.slice(1), ...lines.slice(0, 1)]],
    ["without one of them", (lines: string[]) => lines.slice(0, -1)],
    ["of two times", (lines: string[]) => lines.map((line, i) => (i > 3 ? line.replace(/Z"/, '1Z"') : line))],
  ])("V06 the samples of a request %s are no request", (_name, change) => {
    const of = (text: string) =>
      text.split("\n").filter((line) => /^\{"metric":"http_req(?!_failed)/.test(line))
    const one = of(recorded("passed.stdout")).slice(0, 8)
    expect(samplesOf(`${one.join("\n")}\n`).statuses).toEqual({ 200: 1 })
    expect(() => samplesOf(`${change(one).join("\n")}\n`)).toThrow(/k6's own metrics of requests/)
  })
})

describe("running k6", () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "load-"))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function run(
    result: Partial<ProcessResult>,
    samples = recorded("passed.stdout"),
    more: Partial<typeof objectives> = {},
  ) {
    const calls: { command: string; args: readonly string[]; options: ProcessOptions }[] = []
    const processes = {
      run: async (command: string, args: readonly string[], options: ProcessOptions) => {
        calls.push({ command, args, options })
        options.onStdout?.(Buffer.from(samples))
        return { code: 0, stdout: "", stderr: "", timedOut: false, truncated: false, ...result }
      },
    }
    const settings = {
      baseUrl: "http://127.0.0.1:1",
      version: "1.0.0",
      work: directory,
      out: directory,
      timeoutMs: 90_000,
      hide: (text: string) => text,
    }
    const report = await runLoad(processes, {
      plan,
      objectives: { ...objectives, ...more },
      script: "// the user's",
      ...settings,
    })
    const [call] = calls
    if (call === undefined) throw new Error("k6 was not run")
    return { report, ...call }
  }

  test("tells nobody, opens no port, and hands the address over", async () => {
    const { report, command, args, options } = await run({})
    expect(report.verdict).toBe("pass")
    expect([command, ...args.slice(0, -1)]).toEqual(["k6", ...(cases.passed?.args.slice(0, -1) ?? [])])
    expect(options.env).toMatchObject({
      BASE_URL: "http://127.0.0.1:1",
      VERSION: "1.0.0",
      PROFILE: "smoke",
    })
    expect(await readFile(join(directory, "load.js"), "utf8")).toBe("// the user's")
  })

  test("V06 it runs as the tests' user, and may not become another program", async () => {
    const { options } = await run({})
    expect(options.as).toBe("tests")
    expect(options.env?.K6_AUTO_EXTENSION_RESOLUTION).toBe("false")
  })

  test("what the script printed is kept", async () => {
    await run({ stderr: recorded("passed.stderr") })
    expect(await readFile(join(directory, "k6.log"), "utf8")).toContain("source=console")
  })

  describe("C08 a script that checks no answer", () => {
    const unchecked = (name: string) =>
      recorded(`${name}.stdout`)
        .split("\n")
        .filter((line) => !line.includes('"metric":"checks"'))
        .join("\n")

    test("C08 is a defect of the script where all requests went well: 13, and no verdict about a release", async () => {
      await expect(run({}, unchecked("passed"))).rejects.toMatchObject({
        ...{ code: "CONFIG_INVALID", exitCode: 13 },
        detail: {
          what: "the load script checks no answer",
          next: expect.stringContaining("check(response,"),
        },
      })
    })

    test("sibling of C08: does not hide what else went wrong", async () => {
      const { report } = await run({}, unchecked("mixed"))
      expect(report.verdict).toBe("fail")
      expect(report.breaches.join()).toMatch(/failed requests/)
    })

    test("sibling of C08: passes where the environment asks for no checks", async () => {
      const { report } = await run({}, unchecked("passed"), { availability: 0 })
      expect(report.verdict).toBe("pass")
    })
  })

  test("a script that throws is a failure although k6 ends with 0", async () => {
    const { report } = await run({ stderr: recorded("script-throws.stderr") })
    expect(report.verdict).toBe("fail")
    expect(report.breaches).toEqual(["the script threw 6 times: Error: boom"])
  })

  test.each([
    ["setup-throws", 107, /no target/],
    ["aborts", 108, /test aborted: no target/],
    ["script-broken", 107, /Unexpected end of input/],
    ["script-missing", 255, /couldn't be found/],
  ])("%s is an error of the tool, not a verdict", async (name, code, why) => {
    expect(cases[name]?.exitCode).toBe(code)
    const attempt = run({ code, stderr: recorded(`${name}.stderr`) })
    await expect(attempt).rejects.toThrow(why)
    await expect(attempt).rejects.toMatchObject({ code: "TOOL_FAILED", exitCode: 11 })
  })

  test("X8 a run that is killed at its limit says so, with the limit, and no warning of k6's", async () => {
    const stderr = recorded("unknown-option.stderr")
    await expect(run({ code: null, timedOut: true, stderr })).rejects.toMatchObject({
      code: "TOOL_FAILED",
      detail: {
        what: "k6 was ended at its time limit of 90 s",
        why: expect.stringMatching(/^profile smoke asks for 60 s of load, /),
        next: expect.stringContaining("timeouts.load"),
      },
    })
  })

  test("X8 a warning is never the reason", async () => {
    const stderr = recorded("unknown-option.stderr")
    await expect(run({ code: null, stderr })).rejects.toMatchObject({
      detail: { what: "k6 was ended by a signal", why: "somebody killed it, or there was not enough memory" },
    })
    await expect(run({ code: 1, stderr })).rejects.toMatchObject({
      detail: { what: "k6 failed (exit 1)", why: "it printed nothing" },
    })
  })

  test("errors of the script behind a flood of its words are not overlooked", async () => {
    const attempt = run({ stderr: "half a line\na flood", truncated: true })
    await expect(attempt).rejects.toMatchObject({
      code: "OUTPUT_UNREADABLE",
      detail: { where: "k6.log", why: expect.stringContaining("16 MiB"), next: expect.any(String) },
    })
    expect(await readFile(join(directory, "k6.log"), "utf8")).toMatch(/^\(.* left out\)\na flood$/)
    // The reason of a failure stands in its last words.
    await expect(
      run({ code: 107, stderr: "half a line\nlevel=error no target", truncated: true }),
    ).rejects.toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: "level=error no target" },
    })
  })

  test("a sample that k6 could not write down is not overlooked", async () => {
    const stderr = `level=error msg="Sample couldn't be marshalled to JSON" output=json`
    await expect(run({ stderr })).rejects.toMatchObject({ code: "OUTPUT_UNREADABLE" })
  })
})
