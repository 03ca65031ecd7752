import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { exampleChart } from "../../../bench/gates/chart.ts"
import { type HostTools, hostToolNames } from "../../../bench/gates/host-tools.ts"
import { assertJudged, limits, medianParts } from "../../../bench/gates/index.ts"
import { installs, leftOut, notInExample, scriptGates, scriptOf } from "../../../bench/gates/script.ts"
import { gateNames } from "../../../src/gates/index.ts"
import { toJson } from "../../../src/report/index.ts"
import { gate, report } from "../report/reports.ts"

const tools: HostTools = Object.fromEntries(hostToolNames.map((name) => [name, `/tools/${name}`]))

async function project() {
  const { path, environments } = await exampleChart(".", "/values/images.yaml")
  const chart = { path, kubernetes: "1.36.3" }
  return { tree: "/tree", out: "/out", trivyCache: "/trivy", chart, environments }
}

describe("the script that gates are compared with", () => {
  test("has something to run for every gate that judges the example: none is missing from one side", () => {
    expect([...scriptGates, ...notInExample].sort()).toEqual([...gateNames].sort())
  })

  test("runs each component's own checks, as a developer starts them", async () => {
    const commands = scriptOf(await project(), tools)
    const started = (part: string) =>
      commands.filter((one) => one.part === part).map(({ cwd, args }) => [cwd, args.at(-1)])
    for (const [part, script] of [
      ["typecheck", "typecheck"],
      ["lint", "lint"],
      ["unit", "coverage"],
    ] as const)
      expect(started(part)).toEqual([
        ["/tree/examples/intelligent-agent/backend", script],
        ["/tree/examples/intelligent-agent/frontend", script],
      ])
  })

  test("scans lock files, and the images that it has built before", async () => {
    const commands = scriptOf(await project(), tools)
    const at = (program: string) =>
      commands.findIndex((one) => one.program === program && one.args.includes("/out/backend-image"))
    expect(at("tar")).toBeGreaterThan(commands.findIndex(({ program }) => program === "dagger"))
    expect(at("/tools/trivy")).toBeGreaterThan(at("tar"))
    const trivy = commands.filter(({ program }) => program === "/tools/trivy")
    expect(trivy.map(({ args }) => args[0])).toEqual(["fs", "image", "fs", "image"])
    expect(trivy.every(({ args }) => args.includes("--offline-scan") && args.includes("/trivy"))).toBe(true)
  })

  test("renders the chart for each environment, installed and upgraded, and holds both against the schemas", async () => {
    const { environments } = await project()
    expect(environments.map(({ name }) => name)).toEqual(["local", "development", "staging", "production"])
    const charts = scriptOf(await project(), tools).filter(({ part }) => part === "charts")
    for (const { name } of environments)
      for (const kind of ["install", "upgrade"]) {
        const file = join("/out", `${name}-${kind}.yaml`)
        const [rendered, judged] = charts.filter(({ output, input }) => [output, input].includes(file))
        expect(rendered?.args).toContain(`examples/intelligent-agent/deploy/values-${name}.yaml`)
        expect(rendered?.args.includes("--is-upgrade")).toBe(kind === "upgrade")
        expect(judged).toMatchObject({ program: "/tools/kubeconform", input: file })
      }
    expect(charts.filter(({ args }) => args[0] === "lint")).toHaveLength(environments.length)
  })

  test("leaves out by name what a missing tool would have judged, and nothing else", async () => {
    const { trivy: _, schemas: __, ...fewer } = tools
    expect(leftOut(tools)).toEqual([])
    expect(leftOut(fewer)).toEqual([
      { what: "vulnerabilities", why: "not built for this machine: trivy" },
      { what: "charts", why: "not built for this machine: schemas" },
    ])
    const parts = new Set(scriptOf(await project(), fewer).map(({ part }) => part))
    expect([...parts]).toEqual(["typecheck", "lint", "unit", "secrets", "images"])
  })

  test("installs apart from it: only where nothing is installed", async () => {
    const all = [...installs({ tree: "/tree" }), ...scriptOf(await project(), tools)]
    expect(all.filter(({ args }) => args[0] === "ci").map(({ part }) => part)).toEqual([
      "packages",
      "packages",
    ])
    expect(scriptOf(await project(), tools).some(({ args }) => args[0] === "ci")).toBe(false)
  })
})

test("what limits a missed goal is told with what was measured beside it, the longest first", () => {
  const runs = [
    { seconds: 9, parts: { lint: 4, unit: 5 } },
    { seconds: 11, parts: { lint: 4.2, unit: 7 } },
  ]
  const parts = medianParts(runs)
  expect(parts).toEqual({ lint: 4.1, unit: 6 })
  expect(limits(4.9, parts)).toBe(
    "a call that judges nothing takes 4.90 s (measured here); the script: unit 6.0 s, lint 4.1 s",
  )
})

test("a call counts only where every gate that the script runs has judged", () => {
  const results = scriptGates.map((name) => gate({ gate: name, verdict: "pass" }))
  const text = (gates: typeof results) => toJson(report(gates))
  expect(() => assertJudged(text(results), [])).not.toThrow()
  const broken = results.map((one) =>
    one.gate === "charts" ? gate({ gate: "charts", verdict: "error" }) : one,
  )
  expect(() => assertJudged(text(broken), [])).toThrow("gate charts has not judged: error")
  expect(() => assertJudged(text(broken), [{ what: "charts", why: "there is no helm" }])).not.toThrow()
  expect(() => assertJudged(text(results.slice(1)), [])).toThrow("gate typecheck has not judged: missing")
  expect(() => assertJudged("no report", [])).toThrow("has not judged")
})
