/** The gate `shell` by ShellCheck itself: planted faults at their lines, silence over sound scripts, and what switches nothing off. */
import { describe, vi } from "vitest"
import { toolboxHas } from "./support/built-language.ts"
import { linterGate } from "./support/linter-gate.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

describe.runIf(toolboxHas("shellcheck"))("shell scripts", () => {
  linterGate({
    gate: "shell",
    nothing: "no shell script in the tree",
    fault: {
      file: "ops/clean",
      text: '#!/bin/bash\n# shellcheck disable=SC2115\nrm -rf "$1/"*\n',
      place: "ops/clean:3 SC2115",
      change: ["$1", "$2"],
    },
    settings: { ".shellcheckrc": "disable=SC2115\n" },
    wrongVersion: "shellcheck",
  })
})
