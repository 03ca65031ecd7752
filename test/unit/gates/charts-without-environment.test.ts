/** A chart is judged as it renders for an environment: without one there is nothing to judge, and nothing has passed. */
import { expect, test } from "vitest"
import { assumedConfig } from "../../../src/config/index.ts"
import { gate } from "../../../src/gates/charts/gate.ts"
import type { GateContext } from "../../../src/gates/gate.ts"

test("the gate charts does not apply without an environment, and says why", async () => {
  const { value } = assumedConfig({ project: "shop", components: {} })
  if (value === undefined) throw new Error("no value")
  const context = {} as GateContext
  expect(await gate.appliesTo(value, context)).toEqual({
    applies: false,
    why: "there is no environment that a chart could be rendered for",
  })
  expect(await gate.appliesTo({ ...value, environments: ["staging"] }, context)).toEqual({ applies: true })
})
