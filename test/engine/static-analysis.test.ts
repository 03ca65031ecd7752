/** The gate `static-analysis` by semgrep and bandit themselves: planted faults at their lines, and what switches none off. */
import { describe, vi } from "vitest"
import { toolboxHas } from "./support/built-language.ts"
import { linterGate } from "./support/linter-gate.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

describe.runIf(toolboxHas("semgrep") && toolboxHas("bandit"))("static analysis", () => {
  linterGate({
    gate: "static-analysis",
    fault: {
      file: "tests/tool.py",
      text: "import pickle\n\npickle.loads(input().encode())  # nosec\n",
      place: "tests/tool.py:3 B301",
      change: ["input()", "open(0).read()"],
    },
    settings: { ".semgrepignore": "tests/\n", ".bandit": "[bandit]\nskips = B301\n" },
    wrongVersion: "bandit",
  })
})
