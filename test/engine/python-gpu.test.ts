/**
 * One program in Python in two variants, each with the packages of its own lock file: that for a CPU runs here, that for a GPU is
 * built and never run, because this machine has none.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { outputOf, packagesIn, seconds, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"

// The packages for a GPU are some 250 MB.
vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

describe.runIf(toolboxHas("python"))("a program for CPU and GPU", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("forecast-staging", "forecast")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("M012 runs on a CPU by the packages of requirements.txt", async () => {
    expect(await answersReadOnly(here, { component: "api", port: 8000, path: "/health" })).toMatchObject({
      ...{ status: 200, body: expect.stringContaining("CPUExecutionProvider"), user: "1001:1001" },
    })
    expect(await packagesIn(here, "api")).toContain("onnxruntime")
  })

  it("M012 has the packages of requirements-gpu.txt in its other image, and those alone", async () => {
    const packages = await packagesIn(here, "api-gpu")
    expect(packages).toContain("onnxruntime-gpu")
    expect(packages).not.toContain("onnxruntime")
    const provider = "opt/venv/lib/*/site-packages/onnxruntime/capi/libonnxruntime_providers_cuda.so"
    const image = ["build", "--component", "api-gpu", "container", "rootfs"]
    expect(await outputOf(here, ...image, "glob", "--pattern", provider)).toMatch(/providers_cuda\.so$/)
  })
})
