/** What `gates.charts.require` asks for: planted faults, and look-alikes that are none (test/corpus/charts/required). */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseManifests, requiredFindings } from "../../../src/chart/index.ts"
import { chartsSettings, requiredRules, stricterCharts } from "../../../src/gates/charts/settings.ts"

const corpus = join(import.meta.dirname, "..", "..", "corpus", "charts", "required")
const judge = (text: string, names = requiredRules as readonly (typeof requiredRules)[number][]) =>
  requiredFindings(parseManifests(text), names, "shop", () => "chart/templates/web.yaml")

test.each(readdirSync(corpus))("%s", (file) => {
  const text = readFileSync(join(corpus, file), "utf8")
  const expected = [...text.matchAll(/^# expected: (.+)$/gm)].map(([, one]) => one)
  expect(judge(text).map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(expected)
})

test("only what is asked for is judged, and told with template and cure", () => {
  const text = readFileSync(join(corpus, "no-budget.yaml"), "utf8")
  expect(judge(text, [])).toEqual([])
  expect(judge(text, ["network-policy"])).toEqual([])
  expect(judge(text, ["disruption-budget"])).toEqual([
    {
      rule: "policy-disruption-budget",
      severity: "medium",
      message:
        "Deployment/web has several replicas and no PodDisruptionBudget: draining nodes may stop them all at once",
      location: { file: "chart/templates/web.yaml" },
      fix: "add a PodDisruptionBudget that selects its pods",
      subject: "Deployment/web",
    },
  ])
})

test("a pod of helm test is asked for nothing", () => {
  const text = readFileSync(join(corpus, "no-network-policy.yaml"), "utf8")
  const hook = text.replace(
    "metadata: { name: web }",
    'metadata: { name: web, annotations: { "helm.sh/hook": test } }',
  )
  expect(judge(hook)).toEqual([])
})

test("whatever a template has made of a selector or a probe, it is judged and never fatal", () => {
  const junk = fc.jsonValue({ maxDepth: 3 })
  const object = (kind: string, spec: unknown) => ({
    apiVersion: "v1",
    kind,
    metadata: { name: "web" },
    spec,
  })
  fc.assert(
    fc.property(junk, junk, junk, (selector, template, containers) => {
      const all = [
        object("Deployment", { replicas: 2, template }),
        object("StatefulSet", { template: { metadata: { labels: selector }, spec: { containers } } }),
        object("NetworkPolicy", { podSelector: selector }),
        object("PodDisruptionBudget", { selector }),
        object("Service", { selector }),
      ]
      const text = all.map((one) => JSON.stringify(one)).join("\n---\n")
      for (const { rule } of judge(text)) expect(rule).toMatch(/^policy-/)
    }),
    { numRuns: 500 },
  )
})

describe("settings", () => {
  test("every rule can be asked for by its name", () => {
    expect(chartsSettings.parse({ require: [...requiredRules] }).require).toEqual(requiredRules)
    expect(chartsSettings.parse({})).toEqual({ accepted: [], require: [] })
  })

  test("a shared policy adds to what is required, and leaves the order alone", () => {
    const own = chartsSettings.parse({ require: ["network-policy", "liveness-probe"] })
    expect(stricterCharts(own, {})).toEqual(own)
    expect(stricterCharts(own, { require: ["readiness-probe", "network-policy"] }).require).toEqual([
      "network-policy",
      "liveness-probe",
      "readiness-probe",
    ])
  })
})
