/** The corpus as it runs: its servers are started and asked here, and the engine's run of the gate is not waited for. */
import { join } from "node:path"
import { expect, test } from "vitest"
import { judgeService } from "../../../../src/gates/dynamic-analysis/decide.ts"
import { requestFor } from "../../../../src/gates/dynamic-analysis/gate.ts"
import { printed, probe } from "../../../../src/gates/dynamic-analysis/probe/main.ts"
import { readProbe } from "../../../../src/gates/dynamic-analysis/read.ts"
import { dynamicAnalysisSettings } from "../../../../src/gates/dynamic-analysis/settings.ts"
import { compare } from "../../../corpus/compare.ts"
import { readProject } from "../../../corpus/expected.ts"
import { program } from "./servers.ts"

const project = readProject("dynamic-analysis")
const looked = { paths: ["/api/orders"], redirects: [{ path: "/login", parameter: "next" }] }
const settings = dynamicAnalysisSettings.parse({ components: { planted: looked, clean: looked } })

async function judged(component: string) {
  await using server = await program(join(project.tree, component, "src", "server.js"))
  const service = { name: component, component }
  const components = { [component]: { health: "/health" } } as never
  const request = requestFor(service, server.port, { components }, settings)
  const report = await probe({ ...request, name: "127.0.0.1", host: `127.0.0.1:${server.port}` })
  return judgeService(service, readProbe(printed(report), "127.0.0.1"))
}

test("every planted defect is found under its rule, and nothing of what only looks like one", async () => {
  const parts = await Promise.all(["planted", "clean"].map(judged))
  expect(parts.flatMap(({ errors }) => errors)).toEqual([])
  const findings = parts.flatMap((part) => part.findings.map((one) => ({ ...one, gate: "dynamic-analysis" })))
  const result = { gate: "dynamic-analysis", verdict: "fail", summary: "", findings } as never
  expect(compare(project, { gates: [result] })).toMatchObject({
    missing: [],
    falsePositives: [],
    problems: [],
  })
  expect(parts[1]?.findings).toEqual([])
  // What it has served goes into no report.
  expect(JSON.stringify(parts)).not.toContain("DATABASE_PASSWORD=")
  expect(JSON.stringify(parts)).not.toMatch(/4711|the report is not ready/)
})
