/** A member of a workspace of uv: the lock file, a package that it needs and the tools of its checks lie above it. */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { imageOf, judged, outputOf, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"
import { commitAll } from "./support/repository.ts"
import { uvLock } from "./support/uv-lock.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const tools = "[dependency-groups]"

const manifest = (name: string, more = "") =>
  `[project]\nname = "${name}"\nversion = "1.0.0"\nrequires-python = ">=3.11"\n${more}`
const built = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'

describe.runIf(toolboxHas("python"))("a member of a workspace of uv", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("quotes-staging", "quotes")
    const [head = "", rest = ""] = (await here.files.read("api/pyproject.toml")).split(tools)
    const main = await here.files.read("api/src/quotes/main.py")
    // From the root, Ruff knows the member's package as its own where the settings say so.
    const settings = rest.replace("[tool.ruff.lint]", '[tool.ruff]\nsrc = ["api/src"]\n[tool.ruff.lint]')
    await here.write({
      "pyproject.toml": `[tool.uv.workspace]\nmembers = ["api", "libs/*"]\n${tools}${settings}`,
      "api/pyproject.toml": `${head.replace('"uvicorn', '"rates", "uvicorn')}\n[tool.uv.sources]\nrates = { workspace = true }\n`,
      "api/src/quotes/main.py": main
        .replace("import BaseModel\n", "import BaseModel\nfrom rates import current\n")
        .replace('"ok"', "current()"),
      "api/tests/test_quotes.py": (await here.files.read("api/tests/test_quotes.py")).replace(
        '"ok"',
        '"fair"',
      ),
      "libs/rates/pyproject.toml": manifest("rates", built),
      "libs/rates/src/rates/__init__.py": 'def current() -> str:\n    return "fair"\n',
      "libs/rates/src/rates/py.typed": "",
      "libs/other/pyproject.toml": manifest("other", `dependencies = ["idna==3.10"]\n${built}`),
      "libs/other/src/other/__init__.py": "",
    })
    await uvLock(here.files.path)
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("has in its image the package that lies beside it, and starts with it", async () => {
    const image = await imageOf(here, "api")
    expect(image).toMatchObject({ user: "1001:1001", title: "api" })
    const container = ["build", "--component", "api", "container"]
    const find = ["directory", "--path", "/opt/venv/lib", "glob", "--pattern", "**/__init__.py"]
    const found = await outputOf(here, ...container, ...find)
    expect(found).toContain("site-packages/rates/__init__.py")
    expect(found).not.toMatch(/site-packages\/(?:other|pytest|ruff)\//)
    const answer = await answersReadOnly(here, { component: "api", port: 8000, path: "/health" })
    expect(answer).toMatchObject({ status: 200, body: '{"status":"fair"}' })
  })

  it("is judged by the tools and settings of the root", async () => {
    const report = await judged(here)
    expect(summaries(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: /),
      lint: expect.stringMatching(/^pass: /),
      unit: expect.stringMatching(/^pass: api: 3 passed/),
      coverage: expect.stringMatching(/^pass: /),
    })
    expect(report).toMatchObject({ partial: false })
  })

  it("is found without a signalbox.yaml, and what only lies beside it is none", async () => {
    const path = join(here.files.path, "signalbox.yaml")
    const text = await here.files.read("signalbox.yaml")
    await rm(path)
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ "signalbox.yaml": text })
    expect(finalError(outcome)).toBe("")
    expect(outcome.stdout).toMatch(/components\.api/)
    expect(outcome.stdout).not.toMatch(/components\.(?:rates|other)/)
  })

  it("is refused where a member was changed and not locked again", async () => {
    const text = await here.files.read("libs/other/pyproject.toml")
    await here.write({ "libs/other/pyproject.toml": text.replace("idna==3.10", "idna==3.9") })
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ "libs/other/pyproject.toml": text })
    expect(finalError(outcome)).toMatch(/uv\.lock`? needs to be updated/)
  })
})
