/**
 * Components in Python: a Django project with a requirements.txt and a FastAPI service with a uv.lock, built, run where
 * nothing can be written, measured and judged, and what is told of sources that do not build.
 */
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import {
  expectMistake,
  imageOf,
  judged,
  type Mistake,
  packagesIn,
  pathsIn,
  seconds,
  summaries,
  toolboxHas,
} from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"
import { commitAll } from "./support/repository.ts"
import { uvLock } from "./support/uv-lock.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const fixtures = [
  {
    fixture: "ledger",
    component: "web",
    file: "web/entries/amounts.py",
    production: ["django", "gunicorn"],
    typecheck: /^skipped: web: neither settings of mypy nor of Pyright$/,
  },
  {
    fixture: "quotes",
    component: "api",
    file: "api/src/quotes/prices.py",
    production: ["fastapi", "uvicorn"],
    typecheck: /^pass: /,
  },
] as const

describe.runIf(toolboxHas("python")).each(fixtures)(
  "$fixture",
  ({ fixture, component, file, production, typecheck }) => {
    let here: Project
    beforeAll(async () => {
      here = await project(`${fixture}-staging`, fixture)
      if (component === "api") {
        await uvLock(join(here.files.path, "api"))
        await commitAll(here.files.path)
      }
    })
    afterAll(() => here[Symbol.asyncDispose]())

    it("is hardened, started by arguments and not by a shell, and within its size", async () => {
      const image = await imageOf(here, component)
      expect(image).toMatchObject({ user: "1001:1001", title: component })
      expect(image.entrypoint.slice(0, 2)).toEqual(["/opt/venv/bin/python", "-m"])
      expect(image.bytes).toBeLessThan(120_000_000)
    })

    it("has its program and the packages for it: no tests, no pip, no tools of development", async () => {
      const paths = await pathsIn(here, component)
      const surplus =
        /\/(?:pip|setuptools|pytest|ruff|mypy)\/__init__\.py$|^app\/(?:.*\/)?tests\/|requirements.*\.txt$|uv\.lock$/
      expect(paths.filter((path) => surplus.test(path))).toEqual([])
      expect(paths).toContainEqual(expect.stringMatching(/^app\/.*__pycache__\/.*\.pyc$/))
    })

    it("answers where nothing can be written, by its own user", async () => {
      expect(await answersReadOnly(here, { component, port: 8000, path: "/health" })).toMatchObject({
        ...{ status: 200, user: "1001:1001", needless: [] },
      })
    })

    it("names the packages of its lock file in its SBOM", async () => {
      const packages = (await packagesIn(here, component)).map((name) => name.toLowerCase())
      expect(packages).toEqual(expect.arrayContaining([...production]))
      expect(packages).not.toContain("pytest")
    })

    it("is judged by its own tools", async () => {
      const report = await judged(here)
      expect(summaries(report)).toMatchObject({
        typecheck: expect.stringMatching(typecheck),
        lint: expect.stringMatching(/^pass: /),
        unit: expect.stringMatching(/^pass: \w+: \d+ passed/),
        coverage: expect.stringMatching(/^pass: /),
        vulnerabilities: expect.stringMatching(/^pass: .*\d+ packages of the application/),
      })
      expect(report).toMatchObject({ partial: false })
    })

    it("installs nothing again for a changed source, and has one digest for one source", async () => {
      const { digest } = await imageOf(here, component)
      const text = await here.files.read(file)
      await here.write({ [file]: `${text}\n# more\n` })
      const outcome = await here.call(["build", "sizes"], { timeout: seconds })
      await here.write({ [file]: text })
      expect(finalError(outcome)).toBe("")
      expect(outcome.stderr).not.toMatch(
        /(?:Collecting|Installing collected packages|Installed \d+ packages)/,
      )
      expect((await imageOf(here, component)).digest).toBe(digest)
    })
  },
)

describe.runIf(toolboxHas("python"))(
  "input that cannot be built is one error that names component and line",
  () => {
    let here: Project
    beforeAll(async () => {
      here = await project("ledger-staging", "ledger")
    })
    afterAll(() => here[Symbol.asyncDispose]())

    const lock = "web/requirements.txt"
    const mistakes: readonly Mistake[] = [
      ["a range", { [lock]: "django>=5\n" }, /no exact version: django>=5[\s\S]*web\/requirements\.txt:1/],
      [
        "another Python",
        { "web/.python-version": "3.9\n" },
        /web does not run on Python 3\.11[\s\S]*\.python-version/,
      ],
      [
        "a server that is not locked",
        { [lock]: "django==5.2.19\nasgiref==3.13.0\nsqlparse==0.6.1\n" },
        /does not name gunicorn[\s\S]*web\/requirements\.txt/,
      ],
      [
        "an entry that is not there",
        {
          "signalbox.yaml": (text) =>
            text.replace("kind: django,", 'kind: django, entry: "config.other:application",'),
        },
        /the module config\.other is not in the image of web[\s\S]*components\.web\.entry/,
      ],
    ]
    it.each(mistakes)("%s", (_, files, what) => expectMistake(here, files, what))

    it("a file that leaves out what its packages need says which", async () => {
      const text = await here.files.read(lock)
      await here.write({ [lock]: "django==5.2.19\ngunicorn==27.0.1\nwhitenoise==6.12.0\n" })
      const outcome = await here.call(["build", "sizes"], { timeout: seconds })
      await here.write({ [lock]: text })
      expect(finalError(outcome)).toMatch(
        /django 5\.2\.19 requires (?:asgiref|sqlparse), which is not installed/,
      )
    })
  },
)
