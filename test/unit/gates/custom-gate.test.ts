/** Gates that a project defines itself: any container that writes SARIF, judged by its exit code and its report. */
import type { Directory } from "@dagger.io/dagger"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkWaivers,
  formatProblem,
  parseConfig,
  requiredIn,
  timeoutOf,
  underPolicy,
  warningGates,
} from "../../../src/config/index.ts"
import { codeIn } from "../../../src/gates/engine/code-digests.ts"
import {
  type CustomOutput,
  decideCustom,
  placesInReport,
  readCustom,
} from "../../../src/gates/engine/custom-decision.ts"
import { customMembers } from "../../../src/gates/engine/custom-gate.ts"
import type { Finished, ToolOutcome } from "../../../src/gates/gate.ts"
import { minimalConfig } from "../config/texts.ts"
import { member, nothing, openNote, run } from "./support/members.ts"
import { treeOf } from "./support/tree.ts"

const pin = `sha256:${"b".repeat(64)}`
const kubeBench = `{ image: "docker.io/aquasec/kube-bench:1.2.3", digest: "${pin}", command: [kube-bench, run], report: out.sarif }`
const text = (custom: string, more = "") =>
  `${minimalConfig}gates: { custom: { kube-bench: ${custom} }${more} }\n`
const configOf = (custom: string, more = "") => parseConfig(text(custom, more), "signalbox.yaml")
const problemsOf = (custom: string, more = "") =>
  checkConfig(text(custom, more), "signalbox.yaml").problems.map(formatProblem).join("\n")

const sarif = (results: readonly object[], more: object = {}) =>
  JSON.stringify({
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "t", rules: [] } }, results, ...more }],
  })
const result = {
  ruleId: "K-1",
  level: "error",
  message: { text: "anonymous access" },
  locations: [
    { physicalLocation: { artifactLocation: { uri: "deploy/api.yaml" }, region: { startLine: 3 } } },
  ],
}

function judge(
  outcome: Partial<Finished> | string,
  report: string | undefined,
  custom = kubeBench,
  missing: readonly string[] = [],
  code?: string,
) {
  const definition = configOf(custom).gates.custom?.["kube-bench"]
  if (definition === undefined) throw new Error("the gate is not defined")
  const tool = { name: "kube-bench", version: "1.2.3", image: `docker.io/aquasec/kube-bench@${pin}` }
  const ended: ToolOutcome =
    typeof outcome === "string"
      ? { finished: false, why: outcome }
      : { finished: true, exitCode: 0, files: {}, out: {} as unknown as Directory, ...outcome }
  const cited = code === undefined ? {} : { code }
  const output: CustomOutput = { tool, outcome: ended, missing, text: report, ...cited }
  return decideCustom(readCustom(output, definition), definition)
}

test("a gate of one's own has nothing running beside it unless it says so", () => {
  const stackOf = (more: string) =>
    configOf(kubeBench.replace("{", `{ ${more}`)).gates.custom?.["kube-bench"]?.stack
  expect([stackOf(""), stackOf("stack: true, ")]).toEqual([false, true])
})

describe("a report of a gate of one's own", () => {
  test("is known by the code that it is about: what stands in its place later is another finding", () => {
    const subjectOver = (line: string) => {
      const places = placesInReport({ name: "kube-bench", version: "1.2.3" }, sarif([result]))
      expect(places).toEqual([{ file: "deploy/api.yaml", lines: [[3, 3]] }])
      const code = JSON.stringify(codeIn(treeOf({ "deploy/api.yaml": `a\nb\n${line}\n` }), places))
      return judge({ exitCode: 1 }, sarif([result]), kubeBench, [], code).findings[0]?.subject
    }
    expect(subjectOver("anonymous: true")).toMatch(/^anonymous access \[code [\da-f]{20}\]$/)
    expect(subjectOver("  anonymous: true\r")).toBe(subjectOver("anonymous: true"))
    expect(subjectOver("anonymous: all")).not.toBe(subjectOver("anonymous: true"))
  })

  test("is known by all lines of its region", () => {
    const block = JSON.parse(sarif([result]).replace('"startLine":3', '"startLine":3,"endLine":4'))
    const report = JSON.stringify(block)
    const subjectOver = (line: string) => {
      const places = placesInReport({ name: "kube-bench", version: "1.2.3" }, report)
      const code = JSON.stringify(codeIn(treeOf({ "deploy/api.yaml": `a\nb\nc\n${line}\n` }), places))
      const [finding] = judge({ exitCode: 1 }, report, kubeBench, [], code).findings
      expect(finding).not.toHaveProperty("last")
      return finding?.subject
    }
    expect(subjectOver("d")).not.toBe(subjectOver("e"))
  })

  test("that names a file and no line is the same one where the file changes", () => {
    const report = sarif([result]).replace(',"region":{"startLine":3}', "")
    const subjectOver = (text: string) => {
      const places = placesInReport({ name: "kube-bench", version: "1.2.3" }, report)
      const code = JSON.stringify(codeIn(treeOf({ "deploy/api.yaml": text }), places))
      return judge({ exitCode: 1 }, report, kubeBench, [], code).findings[0]?.subject
    }
    expect([subjectOver("a"), subjectOver("b")]).toEqual(["anonymous access", "anonymous access"])
  })

  test("without results is clean where its exit code says so", () => {
    expect(judge({ exitCode: 0 }, sarif([]))).toMatchObject({
      findings: [],
      errors: [],
      summary: "the whole tree",
    })
  })

  test("has its results as findings, at their place, of no component", () => {
    const { findings, errors, tools } = judge({ exitCode: 1 }, sarif([result]))
    expect(errors).toEqual([])
    expect(findings).toEqual([
      {
        ...{ rule: "K-1", severity: "high", message: "anonymous access", subject: "anonymous access" },
        location: { file: "deploy/api.yaml", line: 3 },
      },
    ])
    expect(tools).toEqual([
      { name: "kube-bench", version: "1.2.3", image: `docker.io/aquasec/kube-bench@${pin}` },
    ])
  })

  test("counts also where its exit code calls it clean: nothing that it names gets lost", () => {
    expect(judge({ exitCode: 0 }, sarif([result])).findings).toHaveLength(1)
  })

  test.each<[string, Partial<Finished> | string, string | undefined, RegExp]>([
    ["an exit code of neither kind", "kube-bench ended with 3: no cluster", undefined, /ended with 3/],
    ["no report", { exitCode: 0 }, undefined, /ended with 0 and did not write \/out\/out\.sarif/],
    [
      "findings that the report does not have",
      { exitCode: 1 },
      sarif([]),
      /says findings, and its report has none/,
    ],
    [
      "a run that was not successful",
      { exitCode: 0 },
      sarif([], { invocations: [{ executionSuccessful: false }] }),
      /not successful/,
    ],
  ])("%s is an error", (_, outcome, report, why) => {
    const { findings, errors } = judge(outcome, report)
    expect(findings).toEqual([])
    expect(errors.join("\n")).toMatch(why)
  })

  test.each([
    ["empty", ""],
    ["blank", " \n"],
    ["truncated", sarif([result]).slice(0, -20)],
    ["no SARIF", "{}"],
    ["SARIF without a run", JSON.stringify({ version: "2.1.0", runs: [] })],
    ["of another version", JSON.stringify({ version: "2.2.0", runs: [] })],
  ])("that is %s cannot be read, and is never clean", (_, report) => {
    expect(() => judge({ exitCode: 0 }, report)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("that is cut anywhere is never clean", () => {
    const whole = sarif([result])
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(() => judge({ exitCode: 1 }, whole.slice(0, length))).toThrow(/OUTPUT_UNREADABLE/)
      }),
    )
  })

  test("over a tree that lacks a part of what it is to look at is an error, and never a pass", () => {
    const two = kubeBench.replace(" }", ", tree: [deploy, charts] }")
    expect(judge({ exitCode: 0 }, sarif([]), two).summary).toBe("deploy, charts")
    expect(judge({ exitCode: 0 }, sarif([]), two, ["charts"])).toMatchObject({
      summary: "deploy; not in the tree: charts",
      errors: ["charts is not in the tree, and the gate is there to look at it"],
    })
  })

  test("says that the image has no digest, and which one it was", () => {
    const loose = '{ image: "docker.io/aquasec/kube-bench:1.2.3", command: [kube-bench], tree: [deploy] }'
    expect(judge({ exitCode: 0 }, sarif([]), loose).summary).toBe(
      `deploy; its image has no digest here, and was docker.io/aquasec/kube-bench@${pin}`,
    )
  })
})

describe("gates.custom of signalbox.yaml", () => {
  test("makes members, named custom.NAME, beside those of the catalogue", () => {
    expect(customMembers(configOf(kubeBench))).toMatchObject([
      { name: "custom.kube-bench", title: "kube-bench", kind: "security" },
    ])
    expect(customMembers(parseConfig(minimalConfig, "f"))).toEqual([])
  })

  test("is required, waived, given time and told to warn by its name", () => {
    const own = kubeBench.replace(" }", ", onFail: warn, timeout: 5m }")
    const { gates } = configOf(own, ", required: { branch: [unit, custom.kube-bench] }")
    expect(requiredIn(gates, "branch")).toEqual(["unit", "custom.kube-bench"])
    expect(warningGates(gates)).toEqual(["custom.kube-bench"])
    expect(timeoutOf(gates, "custom.kube-bench").ms).toBe(300_000)
    expect(requiredIn(configOf(kubeBench.replace(" }", ", onFail: block }")).gates, "fork")).toContain(
      "custom.kube-bench",
    )
    const waiver = (gate: string) =>
      checkWaivers(
        `schemaVersion: 1\nwaivers: [{ id: W, gate: ${gate}, rule: K-1, subject: s, reason: r, owner: o, expires: 2026-01-01 }]\n`,
        "w.yaml",
      ).problems.map(formatProblem)
    expect(waiver("custom.kube-bench")).toEqual([])
    expect(waiver("kube-bench").join("")).toContain("is not allowed")
  })

  test.each([
    [
      "an exit code that says both",
      kubeBench.replace(" }", ", exits: { clean: [0, 1] } }"),
      "",
      /each exit code in one of/,
    ],
    ["an image without a tag", '{ image: "docker.io/x/y", command: [a] }', "", /REGISTRY\/NAME:TAG/],
    [
      "a report in another directory",
      kubeBench.replace("out.sarif", "../x"),
      "",
      /the name of a file in \/out/,
    ],
    ["a way out of the tree", kubeBench.replace(" }", ", tree: [..] }"), "", /at the top of the tree/],
    [
      "a required gate that is not defined",
      kubeBench,
      ", required: { branch: [custom.kube-bnech] }",
      /"custom\.kube-bnech" is not allowed.*did you mean "custom\.kube-bench"/,
    ],
    [
      "a mistyped gate",
      kubeBench,
      ", required: { branch: [lnit] }",
      /"lnit" is not allowed.*did you mean "lint"/,
    ],
  ])("is checked: %s", (_, custom, more, message) => {
    expect(problemsOf(custom, more)).toMatch(message)
  })

  test("is the base's: a tree neither changes its definition nor requires one that the base does not have", () => {
    const base = configOf(kubeBench)
    const own = configOf(kubeBench.replace("run", "version"), ", required: { branch: [custom.kube-bench] }")
    expect(underPolicy(own, base).gates.custom).toEqual(base.gates.custom)
    expect(underPolicy(own, base).gates.required.branch).toContain("custom.kube-bench")
    const without = parseConfig(minimalConfig, "f")
    expect(underPolicy(own, without).gates.custom).toBeUndefined()
    expect(underPolicy(own, without).gates.required.branch).not.toContain("custom.kube-bench")
    expect(underPolicy(without, base).gates.custom).toEqual(base.gates.custom)
  })
})

test("what is not there of the tree that it asks for leaves it skipped, with the reason", async () => {
  const config = configOf(kubeBench.replace(" }", ", tree: [deploy, charts] }"))
  const members = [...customMembers(config), member("other")]
  const data = await run(members, {}, openNote, config)
  expect(data.gates[0]).toMatchObject({
    ...{ gate: "custom.kube-bench", verdict: "skipped", summary: "nothing of deploy, charts is in the tree" },
  })
})

test("what one finds counts for the security score, unless it is one about quality", async () => {
  const findings = Array.from({ length: 7 }, (_, at) => ({
    ...{ rule: "K-1", severity: "high" as const, message: "m", subject: `s${at}` },
  }))
  const scoreOf = async (custom: string) => {
    const config = configOf(custom)
    const { load } = member("any", { decide: () => ({ ...nothing, findings }) })
    const members = customMembers(config).map((one) => ({ ...one, load }))
    const secrets = member("secrets", {}, { kind: "security" })
    const data = await run([...members, secrets], {}, openNote, config)
    return data.gates.find(({ gate }) => gate === "security")
  }
  expect((await scoreOf(kubeBench))?.summary).toBe("Security score 65.0 below threshold")
  const quality = await scoreOf(kubeBench.replace(" }", ", kind: quality }"))
  expect(quality).toMatchObject({ verdict: "pass", figures: { score: 100 } })
})

test("one that looks at something besides the tree is an error where nobody outside may be asked", async () => {
  const config = configOf(kubeBench.replace(" }", ", network: true }"))
  const data = await run(customMembers(config), {}, openNote, config)
  expect(data.verdict).toBe("error")
  expect(data.gates[0]).toMatchObject({ gate: "custom.kube-bench", verdict: "error" })
  expect(data.gates[0]?.summary).toContain("gates.custom.kube-bench.network")
})
