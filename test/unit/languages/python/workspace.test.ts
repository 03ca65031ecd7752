/** A member of a workspace of uv: locked at the root, built from its own directory; lock files as uv wrote them. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { component as schema } from "../../../../src/languages/catalogue.ts"
import { checksOf } from "../../../../src/languages/python/checks.ts"
import { detect } from "../../../../src/languages/python/detect.ts"
import { language } from "../../../../src/languages/python/index.ts"
import { developmentCommands, productionCommands } from "../../../../src/languages/python/install.ts"
import { type Project, projectOf, type Request } from "../../../../src/languages/python/project.ts"
import type { PythonComponent } from "../../../../src/languages/python/schema.ts"
import { type PythonFiles, withRoot } from "../../../../src/languages/python/tool-settings.ts"
import type { ToolboxFile } from "../../../../src/toolbox/index.ts"
import { tree } from "./tree.ts"

const recorded = (name: string) => readFileSync(`test/recorded/uv-workspace/${name}.lock`, "utf8")
const root = `[tool.uv.workspace]
members = ["apps/*", "libs/*"]
[dependency-groups]
dev = ["pytest==8.3.3"]
[tool.ruff]
line-length = 100
`
const projectRoot = `[project]\nname = "mono"\nversion = "1.0"\ndependencies = ["six==1.16.0"]\n${root}`
const api = `[project]
name = "api"
version = "0.1.0"
dependencies = ["starlette==0.41.2", "uvicorn==0.32.0", "common"]
[project.optional-dependencies]
extra1 = ["six==1.16.0"]
[dependency-groups]
lint = ["ruff==0.7.1"]
[tool.uv.sources]
common = { workspace = true }
`
const manifest = (name: string) => `[project]\nname = "${name}"\nversion = "0.1.0"\n`
const files: Readonly<Record<string, string>> = {
  "pyproject.toml": root,
  "uv.lock": recorded("virtual-root"),
  "apps/api/pyproject.toml": api,
  "apps/api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
  "apps/other/pyproject.toml": manifest("other"),
  "apps/other/app.py": "from flask import Flask\napp = Flask(__name__)\n",
  "libs/common/pyproject.toml": manifest("common"),
  "libs/common/src/common/__init__.py": "",
  "libs/unused/pyproject.toml": manifest("unused"),
}

function requestFor(
  all: Readonly<Record<string, string>>,
  settings: object = {},
  path = "apps/api",
): Request {
  const component = schema.parse({ path, language: "python", kind: "asgi", ...settings }) as PythonComponent
  return {
    name: "api",
    component,
    source: tree(all),
    toolbox: { tools: {} } as ToolboxFile,
    trust: "release",
  }
}
const member = (all = files, settings: object = {}, path?: string): Promise<Project> =>
  projectOf(requestFor(all, settings, path))
const names = (packages: readonly { readonly name: string }[]) => packages.map(({ name }) => name)
const lines = (commands: readonly (readonly string[])[]) => commands.map((command) => command.join(" "))

describe("its packages", () => {
  const below = (directory: string) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`${directory}/${path}`, text]))

  test("are those that it needs, by way of other members, and not what these need besides", async () => {
    const { locked, lockPlace, workspace } = await member()
    expect(names(locked.production)).toEqual([
      ...["anyio", "click", "colorama", "h11", "idna", "starlette", "typing-extensions", "uvicorn"],
    ])
    expect(names(locked.development)).toEqual(expect.arrayContaining(["ruff", "pytest", "six"]))
    expect(names(locked.development)).not.toContain("flask")
    expect([lockPlace, locked.local, workspace?.member]).toEqual(["uv.lock", ["libs/common"], "apps/api"])
  })

  test("are the same where the root is a project itself, which is not installed", async () => {
    const all = { ...files, "pyproject.toml": projectRoot, "uv.lock": recorded("project-root") }
    const { locked, workspace } = await member(all)
    expect(names(locked.production)).not.toContain("six")
    expect(names(locked.development)).toEqual(expect.arrayContaining(["ruff", "pytest"]))
    expect(locked.local).toEqual(["libs/common"])
    expect(workspace?.manifests).toContain("pyproject.toml")
  })

  test("are installed from the manifests of all members, the lock file, and the members that it needs", async () => {
    const { inputs } = await member()
    expect([...inputs].sort()).toEqual([
      ...["apps/api/pyproject.toml", "apps/other/pyproject.toml", "libs/common/pyproject.toml"],
      ...["libs/unused/pyproject.toml", "pyproject.toml", "uv.lock"],
    ])
  })

  test("uv installs those of the one member; for checks its groups, and after them those of the root", async () => {
    const one = await member(files, { extras: ["extra1"] })
    const uv = "/opt/installer/bin/uv sync --locked --no-install-project --no-editable"
    expect(lines(productionCommands(one))).toEqual([`${uv} --package api --no-default-groups --extra extra1`])
    expect(lines(developmentCommands(one, undefined))).toEqual([
      `${uv} --package api --no-default-groups --extra extra1 --group lint`,
      `${uv} --inexact --only-group dev`,
    ])
    expect(lines(developmentCommands(one, ["lint"]))).toHaveLength(1)
  })

  test("are read below a directory of the repository, too", async () => {
    const { lockPlace, workspace } = await member(below("python"), {}, "python/apps/api")
    expect([lockPlace, workspace?.root, workspace?.member]).toEqual(["python/uv.lock", "python", "apps/api"])
  })

  test("a lock file of its own counts before the one above", async () => {
    const { manager, workspace } = await member({ ...files, "apps/api/requirements.txt": "a==1\n" })
    expect([manager, workspace]).toEqual(["pip", undefined])
  })

  test("what the lock file above does not name is told to have none", async () => {
    const all = { ...files, "apps/new/pyproject.toml": manifest("new") }
    await expect(member(all, {}, "apps/new")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { what: expect.stringMatching(/^apps\/new has no lock file/) },
    })
  })
})

test("what can reach it: the lock file, every manifest of the workspace, and the members that it needs", async () => {
  const reach = await language.reach?.(requestFor(files) as never)
  const paths = reach?.outside.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(["uv.lock", "pyproject.toml", "libs/common/"]))
  expect(paths).not.toContain("libs/unused/")
})

describe("its checks", () => {
  const own = (
    tools: Readonly<Record<string, unknown>> = {},
    names: readonly string[] = ["pyproject.toml"],
  ): PythonFiles => ({
    ...{ names, tools, texts: {}, hasTests: true },
    version: (name) =>
      ["ruff", "pytest", "pytest-cov", "mypy", "pyright"].includes(name) ? "1.20" : undefined,
  })
  const commandOf = (found: object) =>
    "command" in found ? (found.command as readonly string[]).join(" ") : found

  test("are by the settings of the root, where it has none of its own", () => {
    const above = {
      names: ["pyproject.toml"],
      tools: { mypy: { files: ["apps"] }, coverage: { run: { source: ["libs"] } } },
    }
    const checks = checksOf(withRoot(own(), above))
    expect(commandOf(checks.typecheck)).toMatch(/--config-file \/app\/pyproject\.toml \.$/)
    expect(commandOf(checks.coverage)).toContain("--cov=. --cov-config=/app/pyproject.toml")
  })

  test("name files from the component, wherever the settings of pytest are", () => {
    const above = { names: ["pyproject.toml"], tools: { pytest: { ini_options: {} } } }
    expect(commandOf(checksOf(withRoot(own(), above)).unit)).toContain("-m pytest --rootdir=. ")
    expect(commandOf(checksOf(withRoot(own({ pytest: {} }), above)).unit)).not.toContain("--rootdir")
  })

  test("are by its own settings, where it has some", () => {
    const above = { names: ["pyproject.toml"], tools: { mypy: {}, coverage: {} } }
    const checks = checksOf(withRoot(own({ mypy: {}, coverage: {} }), above))
    expect(commandOf(checks.typecheck)).not.toContain("/app/pyproject.toml")
    expect(commandOf(checks.coverage)).not.toContain("/app/pyproject.toml")
  })

  test.each([
    ["typecheck", "mypy.ini"],
    ["typecheck", "pyrightconfig.json"],
    ["lint", ".flake8"],
    ["coverage", ".coveragerc"],
  ] as const)("%s is not judged by other settings than those of the root's %s: it is told", (check, file) => {
    const found = checksOf(withRoot(own(), { names: [file], tools: {} }))[check]
    expect(found).toMatchObject({ undetermined: expect.stringContaining("lie in the root of the workspace") })
  })
})

test("members with an application are components, and what is locked beside them is none", async () => {
  const found = await detect({ paths: Object.keys(files), read: async (path) => files[path] ?? "" })
  expect(found.map(({ path, notBuilt }) => [path, notBuilt])).toEqual([
    ["apps/api", undefined],
    ["apps/other", undefined],
  ])
})

test("an application of a member is not taken for the root's, where that is a project itself", async () => {
  const all = { ...files, "pyproject.toml": projectRoot, "uv.lock": recorded("project-root") }
  const found = await detect({
    paths: Object.keys(all),
    read: async (path) => all[path as keyof typeof all] ?? "",
  })
  expect(found.map(({ path }) => path)).toEqual(["apps/api", "apps/other"])
})
