/** The time-out of a gate: what runs out of it is an error that names limit and setting. */
import { describe, expect, test } from "vitest"
import { checkConfig, formatProblem, parseConfig, timeoutOf } from "../../../src/config/index.ts"
import type { GateContext } from "../../../src/gates/gate.ts"
import { minimalConfig } from "../config/texts.ts"
import { member, openNote, run } from "./support/members.ts"

const configOf = (timeouts: string) =>
  parseConfig(`${minimalConfig}gates: { timeouts: ${timeouts} }\n`, "signalbox.yaml")

describe("a gate that runs out of its time-out", () => {
  const hanging = member("lint", { run: () => new Promise(() => {}) })

  test("is an error that names the limit and the setting, and no other gate waits for it", async () => {
    const started = performance.now()
    const data = await run([hanging, member("unit")], {}, openNote, configOf("{ lint: 1s }"))
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(data).toMatchObject({ verdict: "error", gates: [{ verdict: "error" }, { verdict: "pass" }] })
    expect(data.gates[0]?.summary).toMatch(/did not end within its time-out of 1s.*gates\.timeouts\.lint/)
  })

  test("is one also where its findings only warn: it blocks, because it has not judged", async () => {
    const limited = configOf("{ lint: 1s }")
    const data = await run([hanging, member("unit")], { warning: ["lint"] }, openNote, limited)
    expect(data).toMatchObject({ verdict: "error", gates: [{ verdict: "error", onFail: "warn" }, {}] })
  })

  test("gives its tools the same limit, so that they end with it", async () => {
    const given: number[] = []
    const asks = (name: string) =>
      member(name, {
        run: async ({ seconds }: GateContext) => {
          given.push(seconds)
          return { output: undefined }
        },
      })
    await run([asks("lint"), asks("unit")], { parallel: 1 }, openNote, configOf("{ lint: 90s }"))
    expect(given).toEqual([90, 1800])
  })

  test("that is done in time leaves no timer behind that would keep the call", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length
    await run([member("lint")])
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toHaveLength(before)
  })
})

describe("gates.timeouts", () => {
  test("is 30 minutes for a gate that it does not name", () => {
    const { gates } = configOf("{ lint: 5m }")
    expect([timeoutOf(gates, "lint").ms, timeoutOf(gates, "unit").ms]).toEqual([300_000, 1_800_000])
    expect(timeoutOf({}, "lint").ms).toBe(1_800_000)
  })

  test.each([
    ["{ lint: 500ms }", /a duration from 1s to 1d/],
    ["{ lint: 30d }", /a duration from 1s to 1d/],
    ["{ lnit: 5m }", /unknown key "lnit".*did you mean "lint"/],
  ])("is checked: %s", (value, message) => {
    const { problems } = checkConfig(`${minimalConfig}gates: { timeouts: ${value} }\n`, "signalbox.yaml")
    expect(problems.map(formatProblem).join("\n")).toMatch(message)
  })
})
