/** Gates over what has changed: the rest is neither judged nor built, and the report is no evidence. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../../src/config/index.ts"
import type { AffectedScope } from "../../../src/domain/index.ts"
import { catalogue } from "../../../src/gates/catalogue.ts"
import type { Member } from "../../../src/gates/engine/members.ts"
import { type GateRequest, runGates } from "../../../src/gates/engine/run.ts"
import type { GivenContext } from "../../../src/gates/engine/shared.ts"
import type { Gate, Judgement } from "../../../src/gates/gate.ts"
import { minimalConfig, replaced } from "../config/texts.ts"

const nothing: Judgement = {
  findings: [],
  errors: [],
  summary: "looked at",
  tools: [],
  figures: {},
  reports: {},
}
const two = replaced(
  minimalConfig,
  "environments:",
  "  api: { path: api, language: node, kind: service }\nenvironments:",
)

/** A gate that notes which components it was given, and builds the image of each. */
function watching(name: string, entry: Partial<Member>, seen: Record<string, string[]>): Member {
  const gate: Gate = {
    appliesTo: async () => ({ applies: true }),
    run: async ({ config, image }) => {
      seen[name] = Object.keys(config.components)
      if (entry.judges === "components") await Promise.all(seen[name].map((one) => image(one)))
      return { output: undefined }
    },
    read: () => undefined,
    decide: () => nothing,
  }
  return { name, title: name, kind: "quality", load: async () => ({ gate }), ...entry }
}

async function judged(change: Partial<AffectedScope>, more: Partial<GateRequest> = {}) {
  const seen: Record<string, string[]> = {}
  const built: string[] = []
  const members = [
    watching("lint", { perComponent: true }, seen),
    watching("images", { judges: "components" }, seen),
    watching("charts", { judges: "chart" }, seen),
    watching("secrets", {}, seen),
  ]
  const affected: AffectedScope = {
    ...{ since: "main", commit: "1", changed: 1, components: ["api"], others: ["web"], chart: false },
    ...{ everything: [], ...change },
  }
  const image = async (name: string) => {
    built.push(name)
    return { digest: "" }
  }
  const context = {
    source: {} as Directory,
    config: parseConfig(two, "signalbox.yaml"),
    trust: "branch",
    image,
  }
  const { data } = await runGates(
    {
      ...{ context: context as unknown as GivenContext, waivers: [], date: "2026-03-01" },
      ...{ required: members.map(({ name }) => name), affected, ...more },
    },
    members,
  )
  return { data, seen, built }
}

describe("gates over what has changed", () => {
  test("judge and build the affected component alone; the whole tree is searched, the chart is left out", async () => {
    const { data, seen, built } = await judged({})
    expect(seen).toEqual({ lint: ["api"], images: ["api"], secrets: ["web", "api"] })
    expect(built).toEqual(["api"])
    const untouched = [{ component: "web", why: "not affected since main" }]
    expect(data.gates).toMatchObject([
      { gate: "lint", verdict: "pass", skipped: untouched },
      { gate: "images", verdict: "pass", skipped: untouched },
      { gate: "charts", verdict: "skipped", summary: "not affected since main" },
      { gate: "secrets", verdict: "pass" },
    ])
  })

  test("are partial, whatever they are about: never evidence", async () => {
    const all = { components: ["api", "web"], others: [], chart: true, everything: ["signalbox.yaml"] }
    const { data, seen } = await judged(all)
    expect(Object.keys(seen).sort()).toEqual(["charts", "images", "lint", "secrets"])
    expect(data).toMatchObject({ verdict: "pass", partial: true, affected: { since: "main" } })
  })

  test("where no component is affected, judge the tree", async () => {
    const { data, seen } = await judged({ components: [], others: ["api", "web"] })
    expect(Object.keys(seen)).toEqual(["secrets"])
    expect(data).toMatchObject({ verdict: "pass", partial: true })
  })

  test("where nothing has changed, there is a report without gates, which is no pass", async () => {
    const { data, seen } = await judged({ changed: 0, components: [], others: ["api", "web"] })
    expect(seen).toEqual({})
    expect(data).toMatchObject({ verdict: "skipped", partial: true, gates: [] })
  })

  test("a gate that signalbox.yaml requires by name, and that nothing has reached, is no mistake of the file", async () => {
    const named = { named: ["lint", "charts"] }
    expect((await judged({ components: [] }, named)).data.verdict).toBe("pass")
  })
})

test("gates over images, lock files and charts say what they judge; every other one sees the whole tree or each component", () => {
  const judges = catalogue.flatMap((one) => ("judges" in one ? [[one.name, one.judges]] : []))
  expect(judges).toEqual([
    ["vulnerabilities", "components"],
    ["images", "components"],
    ["charts", "chart"],
    ["licenses", "components"],
    ["bundle", "components"],
  ])
  const whole = catalogue.filter((one) => !("judges" in one || "perComponent" in one)).map(({ name }) => name)
  expect(whole).toEqual([
    "end-to-end",
    "secrets",
    "dependencies",
    "quality",
    "dockerfile",
    "shell",
    "static-analysis",
    "workflow",
    "falco",
    "dynamic-analysis",
  ])
})
