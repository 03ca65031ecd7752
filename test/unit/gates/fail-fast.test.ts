/** `--fail-fast`: after the first gate that blocks, no further one starts, and those are never taken for clean. */
import { describe, expect, test } from "vitest"
import { createRecord } from "../../../src/evidence/index.ts"
import type { Gate } from "../../../src/gates/gate.ts"
import { toHtml, toJson, toJUnit, toMarkdown, toSarif } from "../../../src/report/index.ts"
import { digest } from "../report/reports.ts"
import { member, nothing, run } from "./support/members.ts"

const found = { rule: "r", severity: "high", message: "m", subject: "s" } as const
const started: string[] = []
const gateOf = (name: string, change: Partial<Gate> = {}) =>
  member(name, {
    run: async () => {
      started.push(name)
      return { output: undefined }
    },
    ...change,
  })
const failing = (name: string) => gateOf(name, { decide: () => ({ ...nothing, findings: [found] }) })
const broken = (name: string) => gateOf(name, { decide: () => ({ ...nothing, errors: ["crashed"] }) })
const fast = { failFast: true, parallel: 1 }

function judged(members: Parameters<typeof run>[0], change: Parameters<typeof run>[1] = {}) {
  started.length = 0
  return run(members, { ...fast, ...change })
}

describe("after a gate that blocks", () => {
  test.each([
    ["that fails", failing("a"), "fail"],
    ["that breaks down", broken("a"), "error"],
  ] as const)("%s no further one starts, and each is listed as not judged", async (_, first, verdict) => {
    const data = await judged([first, gateOf("b"), gateOf("c")])
    expect(started).toEqual(["a"])
    expect(data).toMatchObject({ verdict, partial: true, gates: [{ gate: "a", verdict }] })
    expect(data.gates).toHaveLength(1)
    expect(data.notJudged).toEqual(
      ["b", "c"].map((gate) => ({
        gate,
        why: `not started, because a had ended with ${verdict} (--fail-fast)`,
      })),
    )
  })

  test("those that run already come to their result", async () => {
    const data = await judged([failing("a"), gateOf("b"), gateOf("c")], { parallel: 2 })
    expect(data.gates.map(({ gate }) => gate)).toContain("b")
  })

  test("one that does not apply is skipped with its reason, as ever", async () => {
    const none = gateOf("c", { appliesTo: async () => ({ applies: false, why: "no chart" }) })
    const data = await judged([failing("a"), gateOf("b"), none])
    expect(data.gates.map(({ gate, verdict }) => [gate, verdict])).toEqual([
      ["a", "fail"],
      ["c", "skipped"],
    ])
    expect(data.notJudged?.map(({ gate }) => gate)).toEqual(["b"])
  })
})

describe("every gate is judged", () => {
  test.each([
    ["without --fail-fast", { failFast: false }],
    ["after one that is not required", { required: ["b"] }],
    ["after one that only warns", { warning: ["a"] }],
  ])("%s", async (_, change) => {
    const data = await judged([failing("a"), gateOf("b")], change)
    expect(started).toEqual(["a", "b"])
    expect(data).toMatchObject({ partial: false })
    expect(data).not.toHaveProperty("notJudged")
  })

  test("where none blocks", async () => {
    expect(await judged([gateOf("a"), gateOf("b")])).toMatchObject({ verdict: "pass", partial: false })
  })
})

test("the report says so in every form, and is no evidence", async () => {
  const data = await judged([failing("a"), gateOf("b")])
  const sentence = "b: not started, because a had ended with fail (--fail-fast)"
  expect(toMarkdown(data)).toContain("Gates of shop: fail, 1 not judged\n")
  expect(toMarkdown(data)).toContain(`**Not judged:** ${sentence}.`)
  expect(toMarkdown(data)).toContain("no evidence for a release")
  expect(toHtml(data)).toContain(`Not judged: ${sentence}.`)
  expect(toJUnit(data)).toMatch(/<testsuite name="b" tests="1" failures="0" errors="1"/)
  expect(JSON.parse(toJson(data))).toMatchObject({ partial: true, notJudged: [{ gate: "b" }] })
  expect(JSON.parse(toSarif(data)).runs[0].properties).toMatchObject({
    partial: true,
    notJudged: [{ gate: "b" }],
  })
  const record = () =>
    createRecord({
      ...{ project: "shop", version: "1.0.0", source: { commit: "c".repeat(40), tree: "d".repeat(40) } },
      images: [],
      chart: { name: "app", version: "0.1.0", digest },
      gates: { ...data, verdict: "pass" },
      builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
      created: "2026-01-01T00:00:00Z",
    })
  expect(record).toThrow(/POLICY_REFUSED.*\n.*partial/)
})
