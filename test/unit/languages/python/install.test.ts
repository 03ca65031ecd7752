/** What each package manager is called with: the lock file as it is, and development packages for checks alone. */
import { describe, expect, test } from "vitest"
import { managerReason } from "../../../../src/languages/python/failure.ts"
import { developmentCommands, productionCommands } from "../../../../src/languages/python/install.ts"
import { namedVersion, satisfies } from "../../../../src/languages/python/python-version.ts"
import { project } from "./request.ts"

const lines = (commands: readonly (readonly string[])[]) => commands.map((command) => command.join(" "))
const uvLock = `version = 1
[[package]]
name = "web"
version = "1"
source = { virtual = "." }
`
const manifest = `[project]
name = "web"
version = "1"
[project.optional-dependencies]
gpu = []
test = []
fast = []
[dependency-groups]
dev = []
docs = []
`

test("pip installs what the file names and nothing else, and an incomplete file is told", async () => {
  const one = await project({ "requirements.txt": "a==1\n", "requirements-dev.txt": "b==1\n" })
  const pip = "python3 -m pip --python /opt/venv/bin/python"
  expect(lines(productionCommands(one))).toEqual([
    `${pip} install --no-deps --no-compile --requirement requirements.txt`,
    `${pip} check`,
  ])
  expect(lines(developmentCommands(one, undefined))).toEqual([
    `${pip} install --no-deps --no-compile --requirement requirements-dev.txt`,
    `${pip} check`,
  ])
})

describe("uv and Poetry", () => {
  const files = { "pyproject.toml": manifest, "uv.lock": uvLock }
  test("refuse a lock file that is out of step, and give an image no group", async () => {
    const one = await project(files, { variant: "gpu", extras: ["fast"] })
    expect(lines(productionCommands(one))).toEqual([
      "/opt/installer/bin/uv sync --locked --no-install-project --no-editable --no-default-groups --extra fast --extra gpu",
    ])
  })

  test("give checks all groups and the usual extras besides, or those that are named", async () => {
    const one = await project(files)
    const [usual = ""] = lines(developmentCommands(one, undefined))
    expect(usual).toMatch(/--extra test --group dev --group docs$/)
    const [named = ""] = lines(developmentCommands(one, ["test", "dev"]))
    expect(named).toMatch(/--no-default-groups --extra test --group dev$/)
  })

  test("Poetry installs the main group, and for checks the others", async () => {
    const lock = '[metadata]\nlock-version = "2.1"\n'
    const one = await project({ "pyproject.toml": manifest, "poetry.lock": lock })
    expect(lines(productionCommands(one))).toEqual([
      "/opt/installer/bin/poetry install --no-root --no-ansi --only main",
    ])
    expect(lines(developmentCommands(one, ["dev"]))).toEqual([
      "/opt/installer/bin/poetry install --no-root --no-ansi --only main,dev",
    ])
  })
})

test.each([
  [">=3.11", true],
  [">=3.8,<3.11", false],
  ["==3.11.*", true],
  ["~=3.11", true],
  ["^3.12", false],
  ["~3.11", true],
  [">=3.10 <4", true],
  ["2.7 || ^3.6", true],
  ["!=3.11.*", false],
  ["the newest", null],
])("Python 3.11.2 is what %s asks for: %s", (specifier, is) => {
  expect(satisfies("3.11.2", specifier)).toBe(is)
})

test.each([
  ["3.11\n", "3.11"],
  ["# ours\n3.11.7\n3.10\n", "3.11.7"],
  ["python-3.11.4", "3.11.4"],
  ["pypy3.10", null],
  ["", null],
])("a version file is read: %s", (text, version) => {
  expect(namedVersion(text)).toBe(version)
})

test("a failed installation tells its cause: no help, no trace", () => {
  expect(
    managerReason(["Collecting a", "a 1.0 requires b, which is not installed.", "", "  at step 3"]),
  ).toEqual([
    "a 1.0 requires b, which is not installed.",
    "name b with a version in the file, too, or make the file with the Python that builds: a package may need more there",
  ])
  expect(managerReason(["npm error code 1"])).toBe(null)
})

test("what pip freeze never writes down is told as that", () => {
  const said = [
    "gunicorn 20.1.0 requires setuptools, which is not installed.",
    "httpie 3.2.2 requires pip, which is not installed.",
    "redis 5.0.1 requires async-timeout, which is not installed.",
  ]
  expect(managerReason(said)?.slice(said.length)).toEqual([
    "name setuptools and pip with a version in the file, too: pip freeze leaves that out without --all",
    "name async-timeout with a version in the file, too, or make the file with the Python that builds: a package may need more there",
  ])
})
