/** The gate `dockerfile` by hadolint itself: planted faults at their lines, silence over sound files, and what switches nothing off. */
import { describe, vi } from "vitest"
import { toolboxHas } from "./support/built-language.ts"
import { linterGate } from "./support/linter-gate.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

describe.runIf(toolboxHas("hadolint"))("Dockerfiles", () => {
  linterGate({
    gate: "dockerfile",
    // The project's own component has none.
    nothing: "no Dockerfile in the tree",
    fault: {
      file: "ops/Dockerfile",
      text: "FROM debian:12.5\n# hadolint ignore=DL3004\nRUN sudo id\n",
      place: "ops/Dockerfile:3 DL3004",
      change: ["id", "ls"],
    },
    settings: { ".hadolint.yaml": "ignored: [DL3004]\n" },
    wrongVersion: "hadolint",
  })
})
