/** The examples that are repositories of their own: what they write is valid, and what detection would say without it. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkEnvironment,
  checkTogether,
  checkWaivers,
  formatProblem,
  parseConfig,
  parseEnvironment,
} from "../../../src/config/index.ts"
import { componentsOf } from "../../../src/languages/assumptions.ts"
import { detectComponents } from "../../../src/languages/detect.ts"
import type { SourceTree } from "../../../src/languages/detected.ts"
import { parseSmoke } from "../../../src/verify/index.ts"

const root = join(import.meta.dirname, "../../..")
const toolVersions: Readonly<Record<string, string>> = { python: "3.11.2", maven: "3.9.16", node: "24.9.0" }

describe.each(["pricing-agent", "intelliflow"])("%s", (name) => {
  const directory = join(root, "examples", name)
  const read = (file: string) => readFileSync(join(directory, file), "utf8")
  const config = () => parseConfig(read("signalbox.yaml"), "signalbox.yaml")
  const environments = () =>
    config().environments.map((one) => ({ one, file: `environments/${one}.yaml` }) as const)

  test("is valid configuration, each file by itself and all together", () => {
    const checked = checkConfig(read("signalbox.yaml"), "signalbox.yaml")
    const own = environments().map(({ file }) => checkEnvironment(read(file), file))
    const { waivers } = config()
    const problems = [
      ...[checked, ...own].flatMap((one) => one.problems),
      ...checkTogether(checked, own),
      ...(waivers === null ? [] : checkWaivers(read(waivers), waivers).problems),
    ]
    expect(problems.map(formatProblem)).toEqual([])
  })

  test("names files that are there, and a smoke test that can be read", () => {
    const { chart, smoke, load } = config()
    const values = environments().map(({ file }) => parseEnvironment(read(file), file).values)
    for (const file of [chart.values ?? chart.path, smoke, load.script, ...values])
      expect(file !== null && existsSync(join(directory, file)), String(file)).toBe(true)
    const { checks } = parseSmoke(read(smoke ?? ""), smoke ?? "")
    const components = Object.keys(config().components)
    for (const { component } of checks)
      expect(component === undefined || components.includes(component)).toBe(true)
  })

  // Every language is loaded for it: seconds on a machine that does other things, too.
  test("says nothing else of its components than detection does", { timeout: 120_000 }, async () => {
    const { components } = await detectComponents(treeOf(directory), name)
    const found = componentsOf({ components })
    expect(Object.keys(found).sort()).toEqual(Object.keys(config().components).sort())
    for (const [component, settings] of Object.entries(found))
      expect(config().components[component]).toMatchObject(settings)
  })

  test("has a limit for the size of each image, and no lower minimum of coverage than the default", () => {
    for (const component of Object.values(config().components)) {
      expect(component.maxImageMb).toBeLessThanOrEqual(component.language === "java" ? 180 : 120)
      expect(component.coverageMinimum).toBe(88)
    }
  })

  test("fits its README into thirty lines", () => {
    expect(read("README.md").split("\n").length).toBeLessThanOrEqual(31)
  })
})

/** The files of a directory that git knows, or would. */
function treeOf(directory: string): SourceTree {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
  const all = execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" }).split("\0")
  return {
    paths: all.filter(
      (path) => path !== "" && path !== "signalbox.yaml" && existsSync(join(directory, path)),
    ),
    read: async (path) => readFileSync(join(directory, path), "utf8"),
    versionOf: (tool) => toolVersions[tool],
  }
}
