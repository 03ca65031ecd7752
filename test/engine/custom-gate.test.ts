/** A gate that a project defines itself, in the container that it names. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { parse } from "yaml"
import type { GateReportData } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project
let config: string
let node: { readonly image: string; readonly digest: string }

beforeAll(async () => {
  shop = await project()
  config = await readFile(join(shop.files.path, "signalbox.yaml"), "utf8")
  node = parse(await readFile(join(shop.files.path, "toolbox.yaml"), "utf8")).tools.node
  await shop.write({ "rules/scan.mjs": scan, "rules/wanted.txt": "" })
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Each line of rules/wanted.txt is a result; EXIT and WRITE say how it ends and what it leaves. */
const scan = `
import { readFileSync, writeFileSync } from "node:fs"
const [exit = "", left = "whole"] = process.argv.slice(2)
const wanted = readFileSync("rules/wanted.txt", "utf8").split("\\n").filter((line) => line !== "")
const results = wanted.map((text, index) => ({
  ruleId: "wanted", level: "error", message: { text },
  locations: [{ physicalLocation: { artifactLocation: { uri: "rules/wanted.txt" }, region: { startLine: index + 1 } } }],
}))
const text = JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "scan" } }, results }] })
if (left !== "nothing") writeFileSync("/out/scan.sarif", left === "cut" ? text.slice(0, -9) : text)
process.exit(exit === "" ? (wanted.length > 0 ? 1 : 0) : Number(exit))
`

async function judged(args: readonly string[], more = ""): Promise<GateReportData["gates"][number]> {
  const definition = `{ image: "${node.image}", digest: "${node.digest}", command: [node, rules/scan.mjs, ${args.map((one) => JSON.stringify(one)).join(", ")}], report: scan.sarif, tree: [rules]${more} }`
  await shop.write({ "signalbox.yaml": `${config}gates: { custom: { scan: ${definition} } }\n` })
  const outcome = await shop.call(["gates", "--only", "custom.scan", "json"])
  expect(finalError(outcome)).toBe("")
  const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
  if (result === undefined) throw new Error("the gate did not judge")
  return result
}

it("passes where it finds nothing, in the image that is named", async () => {
  expect(await judged([])).toMatchObject({
    ...{ gate: "custom.scan", verdict: "pass", summary: "rules" },
    tools: [{ name: "scan", image: `${node.image}@${node.digest}` }],
  })
})

it("fails with what it finds, at its place", async () => {
  await shop.write({ "rules/wanted.txt": "an owner\n" })
  const result = await judged([])
  await shop.write({ "rules/wanted.txt": "" })
  expect(result).toMatchObject({
    verdict: "fail",
    findings: [{ rule: "wanted", message: "an owner", location: { file: "rules/wanted.txt", line: 1 } }],
  })
})

it.each([
  ["another exit code", ["3"], /ended with 3/],
  ["no report", ["0", "nothing"], /did not write \/out\/scan\.sarif/],
  ["a report that is cut", ["0", "cut"], /cannot be read/],
  ["findings that it does not name", ["1"], /says findings, and its report has none/],
])("is an error for %s", async (_, args, why) => {
  const result = await judged(args)
  expect(result.verdict).toBe("error")
  expect(result.summary).toMatch(why)
})

it("feeds the security score with what it finds", async () => {
  const definition = `{ image: "${node.image}", digest: "${node.digest}", command: [node, rules/scan.mjs], report: scan.sarif, tree: [rules] }`
  await shop.write({
    "signalbox.yaml": `${config}gates: { custom: { scan: ${definition} } }\n`,
    "rules/wanted.txt": Array.from({ length: 7 }, (_, at) => `owner ${at}\n`).join(""),
  })
  const outcome = await shop.call(["gates", "json"])
  await shop.write({ "rules/wanted.txt": "" })
  expect(finalError(outcome)).toBe("")
  const { gates } = JSON.parse(outcome.stdout) as GateReportData
  const score = gates.find(({ gate }) => gate === "security")
  expect(score).toMatchObject({ verdict: "fail", required: false, figures: { high: 7 } })
  expect(score?.summary).toMatch(/^Security score \d+\.\d below threshold$/)
})

it("runs again where its part of the tree has changed, and with network on every call", async () => {
  const now = `, network: true, command: [node, -e, ${JSON.stringify(stamp)}]`
  const config2 = async (more: string) =>
    shop.write({
      "signalbox.yaml": `${config}gates: { custom: { scan: { image: "${node.image}", digest: "${node.digest}", report: scan.sarif, tree: [rules]${more} } } }\n`,
    })
  const message = async () => {
    const outcome = await shop.call(["gates", "--only", "custom.scan", "json"])
    expect(finalError(outcome)).toBe("")
    return (JSON.parse(outcome.stdout) as GateReportData).gates[0]?.findings[0]?.message
  }
  await config2(now.replace("network: true", "network: false"))
  const first = await message()
  await shop.write({ "README.md": `${crypto.randomUUID()}\n` })
  expect(await message()).toBe(first)
  await shop.write({ "rules/wanted.txt": "\n" })
  expect(await message()).not.toBe(first)
  await config2(now)
  expect(await message()).not.toBe(await message())
})

/** One note with the time of the run: another text is another run. */
const stamp =
  'require("fs").writeFileSync("/out/scan.sarif", JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "scan" } }, results: [{ ruleId: "now", level: "note", message: { text: String(process.hrtime.bigint()) } }] }] }))'
