/** Grades of kube-score over what is rendered, where signalbox.yaml asks for a minimum. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

describe.runIf(toolboxHas("kubeScore"))("M046 kube-score", () => {
  let shop: Project
  let config: string
  beforeAll(async () => {
    shop = await project()
    config = await shop.files.read("signalbox.yaml")
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  async function judge(settings: string, files: Readonly<Record<string, string>> = {}): Promise<GateResult> {
    await shop.write({ ...files, "signalbox.yaml": `${config}${settings}` })
    const outcome = await shop.call(["gates", "--only", "charts", "json"])
    expect(finalError(outcome)).toBe("")
    const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
    if (result === undefined) throw new Error("the chart was not judged")
    return result
  }

  const hints = ({ findings }: GateResult) => findings.filter(({ rule }) => rule.startsWith("kube-score:"))

  it("is not asked where nobody asks for it", async () => {
    const result = await judge("")
    expect(result).toMatchObject({ verdict: "pass" })
    expect(result.tools.map(({ name }) => name)).not.toContain("kubeScore")
    expect(result.figures).not.toHaveProperty("kubeScore")
  })

  it("grades the chart of Signalbox, and passes a minimum that it reaches", async () => {
    const result = await judge("gates: { charts: { kubeScore: { minimum: 70 } } }\n")
    expect(result).toMatchObject({ verdict: "pass", summary: expect.stringMatching(/, kube-score \d+\.\d$/) })
    expect(result.figures.kubeScore).toBeGreaterThanOrEqual(70)
    expect(result.tools).toContainEqual(expect.objectContaining({ name: "kubeScore" }))
    expect(hints(result).every(({ severity }) => severity === "info")).toBe(true)
  })

  it("lists what it was not asked for, with the reason, in every form of the report", async () => {
    const skip = "skip: [{ check: pod-networkpolicy, reason: the mesh keeps others out }]"
    const result = await judge(`gates: { charts: { kubeScore: { minimum: 70, ${skip} } } }\n`)
    expect(hints(result).map(({ rule }) => rule)).not.toContain("kube-score:pod-networkpolicy")
    expect(result).toMatchObject({ verdict: "pass" })
    for (const form of ["json", "markdown", "html", "sarif", "junit"]) {
      const { stdout } = await shop.call(["gates", "--only", "charts", form])
      expect(stdout, form).toMatch(
        /kube-score was not asked for pod-networkpolicy(?:: | \()the mesh keeps others out/,
      )
    }
  })

  it("refuses a chart below its minimum, and names what it would have better", async () => {
    const chart = {
      "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
      "chart/templates/pod.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { kube-score/ignore: container-resources } }\nspec: { containers: [{ name: c, image: 'x:latest', securityContext: { privileged: true } }] }\n",
    }
    const asked = "chart: { path: chart }\ngates: { charts: { kubeScore: { minimum: 70 } } }\n"
    const result = await judge(asked, chart)
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: "kube-score-below-minimum", severity: "high", subject: "staging" }),
    )
    expect(hints(result)).toContainEqual(
      expect.objectContaining({
        rule: "kube-score:container-resources",
        location: { file: "chart/templates/pod.yaml" },
      }),
    )
  })

  it("could not judge a chart without a workload, and says so", async () => {
    const result = await judge("chart: { path: chart }\ngates: { charts: { kubeScore: {} } }\n", {
      "chart/templates/pod.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\n",
    })
    expect(["fail", "error"]).toContain(result.verdict)
    expect(result.summary).toContain("kube-score has graded nothing")
  })
})
