/** The gate `workflow` by actionlint and zizmor themselves: planted faults at their lines, and what switches nothing off. */
import { describe, vi } from "vitest"
import { toolboxHas } from "./support/built-language.ts"
import { linterGate } from "./support/linter-gate.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const workflow = `on: push
permissions: {}
jobs:
  build:
    runs-on: [self-hosted, nowhere]
    steps:
      - run: echo "\${{ github.event.head_commit.message }}" # zizmor: ignore[template-injection]
`

describe.runIf(toolboxHas("zizmor"))("weak places of workflows, by zizmor", () => {
  linterGate({
    gate: "workflow",
    nothing: "no workflow and no action in the tree",
    fault: {
      ...{ file: ".github/workflows/ci.yml", text: workflow },
      place: ".github/workflows/ci.yml:7 zizmor/template-injection",
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
    },
    settings: { ".github/actionlint.yaml": "self-hosted-runner: { labels: [nowhere] }\n" },
    wrongVersion: "actionlint",
  })
})
