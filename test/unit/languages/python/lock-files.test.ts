/** What lock files of pip, uv and Poetry say, and what is refused: read from files that the real managers wrote. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { project } from "./request.ts"

const fixture = (path: string) => readFileSync(`test/engine/fixtures/${path}`, "utf8")
const names = (packages: readonly { readonly name: string }[]) => packages.map(({ name }) => name)

const manifest = (text = "") => `[project]\nname = "web"\nversion = "1"\ndependencies = ["a"]\n${text}`
const uv = (packages: string, dependencies = '{ name = "a" }', rest = "") => `version = 1

[[package]]
name = "web"
version = "1"
source = { virtual = "." }
dependencies = [${dependencies}]
${rest}
${packages}`
const locked = (name: string, more = "") => `
[[package]]
name = "${name}"
version = "1.0"
source = { registry = "https://index.example/simple" }
${more}`

describe("requirements.txt", () => {
  test("of a Django project: every package of the image by its version, and those of its checks apart", async () => {
    const {
      manager,
      lockFile,
      locked: all,
    } = await project({
      "requirements.txt": fixture("ledger/web/requirements.txt"),
      "requirements-dev.txt": fixture("ledger/web/requirements-dev.txt"),
    })
    expect({ manager, lockFile }).toEqual({ manager: "pip", lockFile: "requirements.txt" })
    expect(names(all.production)).toEqual(["asgiref", "django", "gunicorn", "sqlparse", "whitenoise"])
    expect(names(all.development)).toEqual(
      expect.arrayContaining(["black", "pytest", "pytest-django", "ruff"]),
    )
    expect(names(all.development)).not.toContain("django")
  })

  test.each([
    ["a range", "django>=5", "web/requirements.txt:2", /no exact version: django>=5/],
    ["a wildcard", "django==5.*", "web/requirements.txt:2", /no exact version/],
    ["a name alone", "django", "web/requirements.txt:2", /no exact version: django/],
    ["the project itself", "-e .", "web/requirements.txt:2", /a directory or a file: -e \./],
    ["a branch", "a @ git+https://git.example/a@main", "web/requirements.txt:2", /another content tomorrow/],
    ["an archive without its hash", "a @ https://files.example/a.whl", "web/requirements.txt:2", /tomorrow/],
    ["a file that is not there", "-r more.txt", "web/requirements.txt:2", /names more\.txt, which is not/],
  ])("is refused with its line for %s", async (_, line, where, what) => {
    const files = { "requirements.txt": `asgiref==3.8.1\n${line}\n` }
    await expect(project(files)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { where, what: expect.stringMatching(what) },
    })
  })

  test("a password in an address is not repeated by the refusal", async () => {
    const files = { "requirements.txt": "a @ https://me:hunter2@files.example/a.whl\n" }
    await expect(project(files)).rejects.not.toThrow(/hunter2/)
  })

  test("includes, hashes, markers, extras, comments and options are read as pip reads them", async () => {
    const { locked: all, inputs } = await project({
      "requirements.txt": "-r requirements/base.txt\n--index-url https://index.example/simple\n",
      "requirements/base.txt":
        '-c ../limits.txt\nUvicorn[standard]==0.30.1 ; python_version > "3.8" \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd  # two\n# a==1\n' +
        `b.c @ git+https://git.example/b@${"a".repeat(40)}#egg=b\n`,
      "limits.txt": "uvicorn<1\n",
    })
    expect(all.production).toEqual([{ name: "uvicorn", version: "0.30.1" }])
    expect(inputs).toEqual(["requirements.txt", "requirements/base.txt", "limits.txt"])
  })
})

describe("poetry.lock", () => {
  const example = (file: string) => readFileSync(`examples/intelliflow/scoring/${file}`, "utf8")

  test("as Poetry wrote it: what an unasked extra of a dependency names, and only the checks have, is in no image", async () => {
    const { manager, locked: all } = await project({
      "pyproject.toml": example("pyproject.toml"),
      "poetry.lock": example("poetry.lock"),
    })
    expect(manager).toBe("poetry")
    expect(names(all.production)).toEqual(
      expect.arrayContaining(["fastapi", "h11", "idna", "pydantic", "starlette", "uvicorn"]),
    )
    expect(names(all.development)).toEqual(
      expect.arrayContaining(["certifi", "httpcore", "httpx", "mypy", "pytest"]),
    )
    expect(names(all.production).filter((name) => names(all.development).includes(name))).toEqual([])
  })

  test("of an earlier version, which names no groups: whatever a dependency may need counts", async () => {
    const lock = example("poetry.lock").replaceAll(/^groups = .*\n/gm, "")
    const { locked: all } = await project({
      "pyproject.toml": example("pyproject.toml"),
      "poetry.lock": lock,
    })
    expect(names(all.production)).toContain("httpx")
    expect(names(all.development)).toContain("pytest")
  })
})

describe("uv.lock", () => {
  const files = {
    "pyproject.toml": fixture("quotes/api/pyproject.toml"),
    "uv.lock": readFileSync("test/recorded/uv/uv.lock", "utf8"),
  }

  test("as uv wrote it: what the image gets, and what only the checks get", async () => {
    const { manager, locked: all } = await project(files)
    expect(manager).toBe("uv")
    expect(names(all.production)).toEqual(
      expect.arrayContaining(["fastapi", "pydantic", "starlette", "uvicorn"]),
    )
    expect(names(all.development)).toEqual(expect.arrayContaining(["mypy", "pytest", "ruff"]))
    expect(names(all.production).filter((name) => names(all.development).includes(name))).toEqual([])
    expect(names(all.production)).not.toContain("quotes")
  })

  test("that lacks what pyproject.toml names is of another day", async () => {
    const lock = uv(locked("b"), '{ name = "a" }')
    await expect(project({ "pyproject.toml": manifest(), "uv.lock": lock })).rejects.toMatchObject({
      detail: { what: "web/uv.lock does not name a", where: "web/uv.lock" },
    })
  })

  test("gives an image the packages of the extra that its variant names, and of no other", async () => {
    const optional =
      '[package.optional-dependencies]\ncpu = [{ name = "cpu-runtime" }]\ngpu = [{ name = "gpu-runtime" }]'
    const lock = uv(`${locked("a")}${locked("cpu-runtime")}${locked("gpu-runtime")}`, undefined, optional)
    const extras = '[project.optional-dependencies]\ncpu = ["cpu-runtime"]\ngpu = ["gpu-runtime"]\n'
    const both = { "pyproject.toml": manifest(extras), "uv.lock": lock }
    const packages = async (settings: object) => names((await project(both, settings)).locked.production)
    expect(await packages({})).toEqual(["a", "cpu-runtime"])
    expect(await packages({ variant: "gpu" })).toEqual(["a", "gpu-runtime"])
  })

  test("an extra of a dependency brings what it needs", async () => {
    const extra = '[package.optional-dependencies]\nfast = [{ name = "c" }]'
    const lock = uv(`${locked("a", extra)}${locked("c")}`, '{ name = "a", extra = ["fast"] }')
    const { locked: all } = await project({ "pyproject.toml": manifest(), "uv.lock": lock })
    expect(names(all.production)).toEqual(["a", "c"])
  })

  test("a package that leads out of the component is refused", async () => {
    const outside = '\n[[package]]\nname = "a"\nversion = "1"\nsource = { editable = "../shared" }\n'
    await expect(project({ "pyproject.toml": manifest(), "uv.lock": uv(outside) })).rejects.toMatchObject({
      detail: { what: "a package leads out of the component: ../shared", where: "web/uv.lock" },
    })
  })

  test("that is cut off is told with its line", async () => {
    const cut = { ...files, "uv.lock": files["uv.lock"].slice(0, 700) }
    await expect(project(cut)).rejects.toMatchObject({
      detail: { what: "web/uv.lock cannot be read", where: expect.stringMatching(/^web\/uv\.lock:\d+:\d+$/) },
    })
  })
})

describe("which lock file", () => {
  const pyproject = { "pyproject.toml": manifest() }
  test.each([
    [
      "none",
      { "main.py": "" },
      "web has no lock file of pip, uv or Poetry: requirements.txt, uv.lock or poetry.lock",
    ],
    ["pyproject.toml alone", pyproject, "web has no lock file"],
    ["that of Pipenv", { "Pipfile.lock": "{}" }, "web has no lock file"],
    [
      "two",
      { ...pyproject, "uv.lock": "", "poetry.lock": "" },
      "web has two lock files: uv.lock and poetry.lock",
    ],
    ["none for the variant", { "requirements.txt": "a==1\n" }, "there is no web/requirements-gpu.txt"],
    ["a lock file without its manifest", { "uv.lock": uv("") }, "there is no web/pyproject.toml"],
  ])("%s is one error that names the component", async (name, files, what) => {
    const settings = name.endsWith("variant") ? { variant: "gpu" } : {}
    await expect(project(files, settings)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: {
        what: expect.stringContaining(what),
        where: expect.stringMatching(/^signalbox\.yaml: components\.web\./),
        next: expect.any(String),
      },
    })
  })

  test("a variant of its own is made of its own file", async () => {
    const files = { "requirements.txt": "onnxruntime==1\n", "requirements-gpu.txt": "onnxruntime-gpu==1\n" }
    expect((await project(files, { variant: "gpu" })).locked.production).toEqual([
      { name: "onnxruntime-gpu", version: "1" },
    ])
    expect((await project(files)).lockFile).toBe("requirements.txt")
  })
})
