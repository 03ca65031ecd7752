/**
 * Components in Python on a real engine: a Django project with a requirements.txt and a FastAPI service with a uv.lock,
 * built, run read-only as another user, measured and judged. The toolbox needs python and python-slim.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project, told } from "./support/project.ts"

vi.setConfig({ testTimeout: 1_500_000, hookTimeout: 1_500_000 })

let here: Project
const call = (...args: string[]) => here.call(args, { timeout: 1400 })

async function judged(...args: string[]): Promise<GateReportData> {
  const outcome = await call("gates", ...args, "json")
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}
const summaries = (report: GateReportData) =>
  Object.fromEntries(report.gates.map(({ gate, verdict, summary }) => [gate, `${verdict}: ${summary}`]))

const image = (component: string) => ["build", "--component", component, "container"]

/** What the image answers, asked inside of it as its health check does; it runs as what the image says. */
async function answers(component: string): Promise<string> {
  const outcome = await call(
    ...image(component),
    "with-exec",
    "--args",
    "python,-c,import os; print(os.getuid())",
    "stdout",
  )
  expect(finalError(outcome)).toBe("")
  return outcome.stdout.trim()
}

describe.each([
  ["ledger", "web", 40],
  ["quotes", "api", 60],
])("%s", (fixture, component, megabytes) => {
  beforeAll(async () => {
    here = await project(`${fixture}-staging`, fixture)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is built hardened, by arguments and not by a shell, within its size", async () => {
    const user = await call(...image(component), "user")
    expect(finalError(user)).toBe("")
    expect(user.stdout.trim()).toBe("1001:1001")
    expect((await call(...image(component), "entrypoint")).stdout).toMatch(/^\/opt\/venv\/bin\/python\n-m\n/)
    expect(
      (await call(...image(component), "label", "--name", "org.opencontainers.image.title")).stdout.trim(),
    ).toBe(component)
    const sizes = await call("build", "sizes")
    expect(sizes.stdout).not.toContain("TOO LARGE")
    expect(Number(/(\d+\.\d+) MB/.exec(sizes.stdout)?.[1])).toBeLessThan(megabytes)
  })

  it("has its program and the packages for it: no tests, no pip, no tools of development", async () => {
    const files = await call(...image(component), "rootfs", "glob", "--pattern", "**")
    expect(finalError(files)).toBe("")
    expect(files.stdout).not.toMatch(/\/(?:pip|pytest|ruff|mypy)\/__init__\.py/)
    expect(files.stdout).not.toMatch(/app\/tests\/|requirements.*\.txt|uv\.lock/)
    expect(files.stdout).toMatch(/app\/.*__pycache__\/.*\.pyc/)
    expect(await answers(component)).toBe("1001")
  })

  it("is judged by its own tools", async () => {
    const report = await judged()
    expect(summaries(report)).toMatchObject({
      lint: expect.stringMatching(/^pass: /),
      unit: expect.stringMatching(/^pass: \w+: \d passed/),
      coverage: expect.stringMatching(/^pass: /),
      vulnerabilities: expect.stringMatching(/\d+ packages of the application/),
    })
    expect(report).toMatchObject({ partial: false })
  })

  it("installs nothing again for a changed source, and has the same digest for the same one", async () => {
    const digest = async () => (await call("build", "sizes")).stdout.match(/sha256:\w+/)?.[0]
    const first = await digest()
    const file = fixture === "ledger" ? "web/entries/amounts.py" : "api/src/quotes/prices.py"
    const text = await here.files.read(file)
    await here.write({ [file]: `${text}\n# more\n` })
    const outcome = await call("build", "sizes")
    expect(outcome.stderr).not.toMatch(/(?:Collecting|Installing collected packages|Installed \d+ packages)/)
    await here.write({ [file]: text })
    expect(await digest()).toBe(first)
  })
})

describe("input that cannot be built is one error that names component, file and line", () => {
  beforeAll(async () => {
    here = await project("ledger-staging", "ledger")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  const cases: readonly (readonly [string, string, (text: string) => string, RegExp, RegExp])[] = [
    [
      "a range",
      "web/requirements.txt",
      () => "django>=5\n",
      /no exact version: django>=5/,
      /web\/requirements\.txt:1/,
    ],
    [
      "another Python",
      "web/.python-version",
      () => "3.9\n",
      /web does not run on Python 3\.11/,
      /\.python-version/,
    ],
    [
      "a server that is not locked",
      "web/requirements.txt",
      () => "django==5.2.19\nasgiref==3.13.0\nsqlparse==0.6.1\n",
      /does not name gunicorn/,
      /web\/requirements\.txt/,
    ],
    [
      "an entry that is not there",
      "signalbox.yaml",
      (text) => text.replace("kind: django,", 'kind: django, entry: "config.other:application",'),
      /the module config\.other is not in the image of web/,
      /components\.web\.entry/,
    ],
  ]

  it.each(cases)("%s", async (_, file, change, what, where) => {
    const text = await here.files.read(file)
    await here.write({ [file]: change(text) })
    const outcome = await call("build", "sizes")
    await here.write({ [file]: text })
    expect(outcome.code).toBe(13)
    const { errors, where: place } = told(finalError(outcome))
    expect(errors).toEqual([expect.stringMatching(what)])
    expect(place).toMatch(where)
  })

  it("a file that leaves out what its packages need says which", async () => {
    const text = await here.files.read("web/requirements.txt")
    await here.write({ "web/requirements.txt": "django==5.2.19\ngunicorn==27.0.1\nwhitenoise==6.12.0\n" })
    const outcome = await call("build", "sizes")
    await here.write({ "web/requirements.txt": text })
    expect(finalError(outcome)).toMatch(
      /django 5\.2\.19 requires (?:asgiref|sqlparse), which is not installed/,
    )
  })
})
