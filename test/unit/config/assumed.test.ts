/** The configuration of a tree that has none: what its files tell, defaults, and nothing that nobody has named. */
import { expect, test } from "vitest"
import { assumedConfig, policyOf } from "../../../src/config/index.ts"
import { gateContexts } from "../../../src/domain/gate-result.ts"
import { requiredByDefault } from "../../../src/gates/catalogue.ts"

const web = { path: "web", language: "node", kind: "service", entry: "server.js" }

test("coverage is measured and holds nobody up; every other gate blocks as it does by default", () => {
  const { value } = assumedConfig({ project: "shop", components: { web } })
  expect(value?.components.web).toMatchObject({ port: 8080, health: "/health", coverageMinimum: 0 })
  for (const context of gateContexts) {
    const all: readonly string[] = requiredByDefault(context)
    expect(all).toContain("coverage")
    expect(value?.gates.required[context]).toEqual(all.filter((gate) => gate !== "coverage"))
  }
})

test("registry and environments are nobody's, and it makes a policy like any other", () => {
  const { value, problems } = assumedConfig({ project: "shop", components: { web } })
  if (value === undefined) throw new Error("no value")
  expect(problems).toEqual([])
  expect(value).toMatchObject({ registry: undefined, environments: [], refs: [] })
  const policy = policyOf({ config: value, waivers: [], environments: {}, toolbox: null })
  expect(policy.components).toEqual({ web: { coverageMinimum: 0, off: {} } })
})

test("what a language tells and its own schema refuses is an error, and no component", () => {
  expect(() => assumedConfig({ project: "shop", components: { web: { ...web, port: 0 } } })).toThrow(
    "what the files of web say is no component",
  )
})
