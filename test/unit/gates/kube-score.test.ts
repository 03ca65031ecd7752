/** Grades of kube-score, on what the real one printed (test/recorded/kube-score). */
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { SignalboxError } from "../../../src/domain/index.ts"
import {
  belowMinimum,
  readKubeScore,
  skippedChecks,
  skippedText,
  together,
} from "../../../src/gates/charts/read-kube-score.ts"
import { chartsSettings, stricterCharts } from "../../../src/gates/charts/settings.ts"
import { toHtml, toJson, toJUnit, toMarkdown, toSarif } from "../../../src/report/index.ts"
import { gate, report } from "../report/reports.ts"
import { recorded } from "./recorded.ts"

const { cases } = JSON.parse(
  readFileSync(new URL("../../recorded/kube-score/cases.json", import.meta.url), "utf8"),
) as { readonly cases: Readonly<Record<string, { readonly exitCode: number; readonly stdout?: string }>> }

const exitOf = (name: string) => cases[name]?.exitCode ?? Number.NaN
const textOf = (name: string) =>
  cases[name]?.stdout === undefined ? "" : recorded(`kube-score/${cases[name].stdout}`)
const rendered = (...workloads: string[]) => ({
  workloads,
  fileOf: (kind: string, called: string) => `${kind}/${called}`,
})
const web = rendered("Deployment/web")
const read = (name: string) => readKubeScore(textOf(name), exitOf(name), web)
const rules = (name: string) => read(name).findings.map(({ rule }) => rule)

describe("what it graded", () => {
  test("is a hint for each thing that could be better, with its object, check and grade", () => {
    const { findings } = read("hardened")
    expect(findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "kube-score:pod-networkpolicy", severity: "info" },
        ...{ message: expect.stringMatching(/^Deployment\/web: .*\(1 of 10\)$/) },
        location: { file: "Deployment/web" },
      }),
    )
    expect(findings.every(({ severity }) => severity === "info")).toBe(true)
    expect(rules("hardened")).not.toContain("kube-score:container-security-context-privileged")
  })

  test("is points of 100: the mean of its grades", () => {
    const grades = (JSON.parse(textOf("hardened")) as { checks: { grade: number; skipped: boolean }[] }[])
      .flatMap(({ checks }) => checks)
      .filter(({ skipped }) => !skipped)
      .map(({ grade }) => grade)
    const mean = grades.reduce((sum, grade) => sum + grade, 0) / grades.length
    const { points, graded } = read("hardened")
    expect(graded).toBe(grades.length)
    expect(points).toBeCloseTo(mean * 10, 0)
    expect(points).toBeLessThanOrEqual(mean * 10)
  })

  test("an annotation of the chart overlooks nothing", () => {
    expect(rules("privileged")).toEqual(
      expect.arrayContaining([
        "kube-score:container-security-context-privileged",
        "kube-score:pod-networkpolicy",
      ]),
    )
  })

  test("a check that the configuration skips counts neither for nor against", () => {
    expect(rules("skipped")).not.toContain("kube-score:container-security-context-privileged")
    expect(read("skipped").graded).toBe(read("privileged").graded - 1)
    expect(read("skipped").points ?? 0).toBeGreaterThan(read("privileged").points ?? 100)
  })

  test("what it was not asked for stands in every form of the report, with the reason", () => {
    const skip = ["pod-probes", "a-check", "b-check", "c-check", "d-check", "e-check"].map((check) => ({
      ...{ check, reason: `no ${check} here` },
    }))
    const { kubeScore } = chartsSettings.parse({ kubeScore: { skip } })
    const findings = skippedChecks(kubeScore)
    expect(findings).toHaveLength(skip.length)
    expect(findings[0]).toMatchObject({
      ...{ rule: "kube-score-skipped", severity: "info", subject: "pod-probes" },
      message: "kube-score was not asked for pod-probes: no pod-probes here",
    })
    expect(skippedText(kubeScore)).toMatch(
      /^; kube-score was not asked for pod-probes \(no pod-probes here\), .*no d-check here\) and 1 more$/,
    )
    for (const none of [undefined, chartsSettings.parse({ kubeScore: {} }).kubeScore]) {
      expect(skippedChecks(none)).toEqual([])
      expect(skippedText(none)).toBe("")
    }
    const judged = gate({
      ...{ gate: "charts", findings: findings.map((one) => ({ ...one, gate: "charts" })) },
      summary: `4 objects${skippedText(kubeScore)}`,
    })
    const data = report([judged])
    const forms = [toHtml(data), toMarkdown(data), toJson(data), toSarif(data), toJUnit(data)]
    for (const form of forms) expect(form).toMatch(/not asked for pod-probes(?:: | \()no pod-probes here/)
  })

  test.each(["settings", "unknown-kind", "empty"])(
    "%s: nothing, no points, and the workload is named that was not graded",
    (name) => {
      expect(read(name)).toEqual({ findings: [], points: null, graded: 0, ungraded: ["Deployment/web"] })
    },
  )

  test.each(["no-yaml", "wrong-type", "missing-file"])("%s: it has not judged", (name) => {
    expect(() => read(name)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("an end that does not fit its grades is no answer", () => {
    expect(() => readKubeScore(textOf("hardened"), 0, web)).toThrow(/ended with 0, and its worst grade is 1/)
    expect(() => readKubeScore("null", 1, web)).toThrow(/ended with 1, and its worst grade is 10/)
  })

  test("10,000 damaged outputs: none is better than what was printed", () => {
    const text = textOf("privileged")
    const whole = read("privileged")
    const added = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom("", "{", "}", "[", "]", '"', ",", "null"),
    )
    fc.assert(
      fc.property(fc.nat(text.length), added, fc.nat(20), (at, inserted, removed) => {
        try {
          const { points, graded, ungraded } = readKubeScore(
            text.slice(0, at) + inserted + text.slice(at + removed),
            exitOf("privileged"),
            web,
          )
          // A digit of a grade, or a check that is said to be skipped, is another answer; a part of it that is missing is none.
          // One under another name is a workload that was not graded, which is an error.
          if (ungraded.length > 0) return true
          return (points ?? 100) <= (whole.points ?? 0) + 10 && graded >= whole.graded - 1
        } catch (thrown) {
          return thrown instanceof SignalboxError && thrown.code === "OUTPUT_UNREADABLE"
        }
      }),
      { numRuns: 10_000 },
    )
  }, 120_000)
})

describe("several objects", () => {
  const good = { check: { id: "fine", name: "Fine" }, grade: 10, skipped: false, comments: null }
  const bad = { check: { id: "bad", name: "Bad" }, grade: 1, skipped: false, comments: null }
  const object = (kind: string, name: string, ...checks: object[]) => ({
    ...{ type_meta: { kind }, object_meta: { name }, checks },
  })
  const judge = (objects: object[], ...workloads: string[]) =>
    readKubeScore(JSON.stringify(objects), 1, rendered(...workloads))

  test("sound objects beside it make a workload no better", () => {
    const policies = Array.from({ length: 20 }, (_, n) => object("NetworkPolicy", `unused-${n}`, good))
    const alone = judge([object("Deployment", "web", bad, good)], "Deployment/web")
    expect(judge([object("Deployment", "web", bad, good), ...policies], "Deployment/web").points).toBe(
      alone.points,
    )
    expect(alone.points).toBe(55)
  })

  test("the worst workload is what counts, and one of a kind that it does not know is named", () => {
    const objects = [object("Deployment", "web", good), object("Deployment", "api", bad)]
    expect(judge(objects, "Deployment/web", "Deployment/api", "ReplicationController/old")).toMatchObject({
      points: 10,
      ungraded: ["ReplicationController/old"],
    })
  })

  test("of an installation and an upgrade the lower one counts, and each hint is told once", () => {
    const first = judge([object("Deployment", "web", bad, good)], "Deployment/web")
    const second = judge([object("Deployment", "web", bad)], "Deployment/web")
    expect(together([first, second])).toMatchObject({ points: 10, findings: [{ rule: "kube-score:bad" }] })
    expect(together([first, { ...second, points: null }]).points).toBe(55)
  })
})

describe("the minimum", () => {
  const score = (points: number | null) => ({ findings: [], points, graded: 12, ungraded: [] })

  test("is reached by what it names, and refuses what is a tenth below, as a number that a waiver accepts", () => {
    expect(belowMinimum("staging", score(80), 80, "chart")).toEqual([])
    expect(belowMinimum("staging", score(79.9), 80, "chart")).toEqual([
      {
        ...{ rule: "kube-score-below-minimum", severity: "high", subject: "staging" },
        message:
          "staging: kube-score gives 79.9 of 100 to the worst of its workloads (12 grades), 80.0 are asked for",
        location: { file: "chart" },
        measured: { value: 79.9, better: "higher", unit: "points" },
      },
    ])
  })

  const settings = (kubeScore?: object) => chartsSettings.parse(kubeScore === undefined ? {} : { kubeScore })
  const skip = (...checks: string[]) => checks.map((check) => ({ check, reason: "not here" }))

  test("of two settings the higher counts, and what both skip", () => {
    const own = settings({ minimum: 60, skip: skip("pod-networkpolicy", "pod-probes") })
    const floor = settings({ minimum: 75, skip: skip("pod-probes") })
    expect(stricterCharts(own, floor).kubeScore).toEqual({ minimum: 75, skip: skip("pod-probes") })
    expect(stricterCharts(settings(), floor).kubeScore).toEqual(floor.kubeScore)
    expect(stricterCharts(own, {}).kubeScore).toEqual(own.kubeScore)
    expect(stricterCharts(settings(), {}).kubeScore).toBeUndefined()
  })
})
