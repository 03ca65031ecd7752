/** The gate `workflow` by actionlint and zizmor themselves: planted faults at their lines, and what switches nothing off. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import type { GateReportData } from "../../src/domain/index.ts"
import { toolboxHas } from "./support/built-language.ts"
import { linterGate } from "./support/linter-gate.ts"
import { project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

const repositoryRoot = join(import.meta.dirname, "../..")

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const workflow = `on: push
permissions: {}
jobs:
  build:
    runs-on: [self-hosted, nowhere]
    steps:
      - run: echo "\${{ github.event.head_commit.message }}" # zizmor: ignore[template-injection]
`

describe.runIf(toolboxHas("zizmor"))("this repository's own workflows", () => {
  it("are clean under both tools: they are what the generator writes", async () => {
    await using here = await project()
    const names = ["test.yml", "build-deploy.yml", "security.yml"].map((name) => `.github/workflows/${name}`)
    const config = await here.files.read("signalbox.yaml")
    const gates = /^gates:.*$/m.test(config) ? config : `${config}\ngates:\n`
    await here.write({
      ...Object.fromEntries(names.map((name) => [name, readFileSync(join(repositoryRoot, name), "utf8")])),
      "signalbox.yaml": gates.replace(/^gates:.*$/m, (line) => `${line}\n  workflow: { failOn: [info] }`),
    })
    await commitAll(here.files.path)
    const outcome = await here.call(["gates", "--only", "workflow", "json"])
    const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
    expect(result).toMatchObject({ verdict: "pass", findings: [], figures: { files: 3 } })
  })
})

describe.runIf(toolboxHas("zizmor"))("weak places of workflows, by zizmor", () => {
  linterGate({
    gate: "workflow",
    nothing: "no workflow and no action in the tree",
    fault: {
      ...{ file: ".github/workflows/ci.yml", text: workflow },
      place: ".github/workflows/ci.yml:7 zizmor/template-injection",
      change: ["head_commit.message", "issue.title"],
    },
    settings: { ".github/zizmor.yml": "rules: { template-injection: { disable: true } }\n" },
    wrongVersion: "zizmor",
  })
})

describe.runIf(toolboxHas("actionlint"))("mistakes of workflows, by actionlint", () => {
  linterGate({
    gate: "workflow",
    nothing: "no workflow and no action in the tree",
    fault: {
      ...{ file: ".github/workflows/ci.yml", text: workflow },
      place: ".github/workflows/ci.yml:5 actionlint/runner-label",
      change: ["nowhere", "elsewhere"],
    },
    settings: { ".github/actionlint.yaml": "self-hosted-runner: { labels: [nowhere] }\n" },
    wrongVersion: "actionlint",
  })
})
