import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { dockerfile } from "../../../bench/example/dockerfile.ts"
import { findTool, imageAddress, parseToolbox, type ToolName } from "../../../src/toolbox/index.ts"

const toolbox = parseToolbox(readFileSync("toolbox.yaml", "utf8"), "toolbox.yaml")
const image = (name: ToolName) => imageAddress(findTool(toolbox, name))

test("the image that is compared has the images that ours has, and an edit installs nothing again in either", () => {
  for (const component of ["backend", "frontend"] as const) {
    const lines = dockerfile(component, toolbox).split("\n")
    expect(lines[0]).toBe(`FROM ${image("node")} AS build`)
    const [install, sources] = ["RUN npm ci", "COPY . ."].map((text) =>
      lines.findIndex((line) => line.startsWith(text)),
    )
    expect(install).toBeGreaterThan(0)
    expect(install).toBeLessThan(sources ?? 0)
    expect(lines).toContain("USER 1001:1001")
  }
  expect(dockerfile("backend", toolbox)).toContain("npm ci --no-audit --no-fund --omit=dev")
  expect(dockerfile("backend", toolbox)).toContain("-slim")
  expect(dockerfile("frontend", toolbox)).toContain(`FROM ${image("nginx")}\n`)
})
