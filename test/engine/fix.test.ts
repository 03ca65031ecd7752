/** The call `fix`: what a component's own tools mend comes back as a changeset of its sources, and of nothing else. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 })

const file = "web/src/mended.ts"
const unsure = "export const first = (values: any[]): unknown => values[0]\n"

describe("fix", () => {
  let here: Project
  beforeAll(async () => {
    here = await project()
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("has nothing to change where nothing is wrong", async () => {
    const outcome = await here.call(["fix", "is-empty"])
    expect(finalError(outcome)).toBe("")
    expect(outcome.stdout.trim()).toBe("true")
  })

  it("mends what a tool can mend, leaves the rest to a person, and touches no other file", async () => {
    await here.write({ [file]: `let answer = 42\nexport const twice = (): number => 2 * answer\n${unsure}` })
    const paths = await here.call(["fix", "modified-paths"])
    expect(finalError(paths)).toBe("")
    expect(paths.stdout.trim().split("\n")).toEqual([file])
    expect((await here.call(["fix", "added-paths"])).stdout.trim()).toBe("")
    const outcome = await here.call(["fix", "--component", "web", "export", "--path", "."])
    expect(finalError(outcome)).toBe("")
    expect(await here.files.read(file)).toBe(
      `const answer = 42\nexport const twice = (): number => 2 * answer\n${unsure}`,
    )
  })

  it("ends with the tool's own words where that cannot do its work, and changes nothing", async () => {
    const settings = await here.files.read("web/eslint.config.js")
    await here.write({ "web/eslint.config.js": "export default [" })
    const outcome = await here.call(["fix", "export", "--path", "."])
    await here.write({ "web/eslint.config.js": settings })
    expect(outcome.code).toBe(11)
    expect(finalError(outcome)).toMatch(/TOOL_FAILED: eslint could not mend web[\s\S]*SyntaxError/)
  })

  it("names the components that there are", async () => {
    const outcome = await here.call(["fix", "--component", "wep", "is-empty"])
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/UNKNOWN_COMPONENT[\s\S]*did you mean "web"/)
  })
})
