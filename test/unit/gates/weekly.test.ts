/** A gate of the weekly scan in the reports of other calls. */
import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { parseConfig } from "../../../src/config/index.ts"
import type { Member } from "../../../src/gates/engine/members.ts"
import { runGates } from "../../../src/gates/engine/run.ts"
import type { GivenContext } from "../../../src/gates/engine/shared.ts"
import type { Gate } from "../../../src/gates/gate.ts"
import { minimalConfig } from "../config/texts.ts"

async function judged(more: object) {
  const ran: string[] = []
  const member = (name: string): Member => {
    const gate: Gate = {
      appliesTo: async () => ({ applies: true }),
      run: async () => {
        ran.push(name)
        return { output: undefined }
      },
      read: () => undefined,
      decide: () => ({
        ...{ findings: [], errors: [], summary: "looked at", tools: [], figures: {}, reports: {} },
      }),
    }
    return { name, title: name, kind: "security", load: async () => ({ gate }) }
  }
  const context = {
    ...{ source: {} as Directory, config: parseConfig(minimalConfig, "signalbox.yaml"), trust: "branch" },
  } as unknown as GivenContext
  const request = { context, waivers: [], date: "2026-07-01", required: ["secrets"], ...more }
  return { ran, data: (await runGates(request, [member("secrets"), member("dynamic-analysis")])).data }
}

test("is listed as skipped with the reason, and the report is whole without it", async () => {
  const { ran, data } = await judged({ weekly: ["dynamic-analysis"] })
  expect(ran).toEqual(["secrets"])
  expect(data).toMatchObject({ verdict: "pass", partial: false })
  expect(data.gates).toContainEqual(
    expect.objectContaining({
      ...{ gate: "dynamic-analysis", verdict: "skipped" },
      summary: expect.stringContaining("weekly scan (gates.weekly)"),
    }),
  )
})

test("judges where no call leaves it to the weekly scan", async () => {
  expect((await judged({})).ran.sort()).toEqual(["dynamic-analysis", "secrets"])
})
