/**
 * Integration tests of a component, with PostgreSQL, Redis and the component's own image beside them, and what is told where
 * one of those, or the tests, are not there.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { judged, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const tests = "api/integration/crossings.test.js"

describe.runIf(toolboxHas("postgres"))("integration tests with services beside them", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("ferry-staging", "ferry")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  const integration = async () => {
    const { gates } = await judged(here, "--only", "integration")
    const [gate] = gates
    if (gate === undefined) throw new Error("integration was not judged")
    return gate
  }

  /** Judges with a file changed, which is as it was afterwards. */
  const changed = async (file: string, change: (text: string) => string) => {
    const text = await here.files.read(file)
    await here.write({ [file]: change(text) })
    try {
      return await integration()
    } finally {
      await here.write({ [file]: text })
    }
  }

  it("reach a database, a queue and the component's own image by name, and pass", async () => {
    const report = await judged(here, "--only", "integration")
    expect(summaries(report)).toEqual({ integration: "pass: api: 2 passed" })
    expect(report.gates[0]?.tools).toContainEqual(expect.objectContaining({ name: "node" }))
  })

  it("fail as the service does, by the name of the test", async () => {
    const gate = await changed("api/src/server.js", (text) => text.replace("count(*)", "count(*) + 1"))
    expect(gate).toMatchObject({ verdict: "fail" })
    expect(gate.findings).toEqual([
      expect.objectContaining({
        message: expect.stringContaining("the service counts what the database has"),
      }),
    ])
  })

  it("reach them from pytest, too", async () => {
    await using harbor = await project("harbor-staging", "harbor")
    const report = await judged(harbor, "--only", "integration")
    expect(summaries(report)).toEqual({ integration: "pass: api: 2 passed" })
    expect(report.gates[0]?.tools).toContainEqual(expect.objectContaining({ name: "python" }))
  })

  it("begin with an empty database each time", async () => {
    const gate = await changed(tests, (text) => `${text}\n// another run\n`)
    expect(gate).toMatchObject({ verdict: "pass" })
  })

  it("are an error where there is none", async () => {
    const gate = await changed("signalbox.yaml", (text) => text.replace("*.test.js", "*.none.js"))
    expect(gate).toMatchObject({ verdict: "error" })
    expect(gate.summary).toMatch(/api: no test was run/)
  })

  it("are an error that names the service which does not start", async () => {
    const broken = (text: string) =>
      text.replace(
        "queue: { kind: redis }",
        'queue: { kind: component, component: api, environment: { NODE_OPTIONS: "--require /none.js" } }',
      )
    const gate = await changed("signalbox.yaml", broken)
    expect(gate).toMatchObject({ verdict: "error", findings: [] })
    expect(gate.summary).toMatch(/its service queue does not start: .*MODULE_NOT_FOUND/)
  })
})
