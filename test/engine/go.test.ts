/**
 * A service in Go: a static program on an empty base, what it answers where nothing can be written, what is in its image,
 * how it is judged, and what is told of sources that do not build.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import {
  expectMistake,
  imageOf,
  judged,
  type Mistake,
  outputOf,
  packagesIn,
  pathsIn,
  seconds,
  summaries,
  toolboxHas,
} from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const gate = "service/gate/gate.go"

describe.runIf(toolboxHas("go"))("a service in Go", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("turnstile-staging", "turnstile")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is a small image of its program alone, as user 1001", async () => {
    const image = await imageOf(here, "turnstile")
    expect(image).toMatchObject({
      ...{ user: "1001:1001", title: "turnstile", entrypoint: ["/app/turnstile"] },
    })
    expect(image.bytes).toBeLessThan(25_000_000)
    const paths = await pathsIn(here, "turnstile")
    expect(paths.filter((path) => /^app\/./.test(path))).toEqual(["app/turnstile"])
    expect(paths.filter((path) => /(?:^|\/)(?:sh|bash|busybox|apt|go|env)$/.test(path))).toEqual([])
    expect(paths).toContain("etc/ssl/certs/ca-certificates.crt")
  })

  it("answers where nothing can be written, by its own user", async () => {
    const asked = { component: "turnstile", port: 8080 }
    expect(await answersReadOnly(here, { ...asked, path: "/healthz" })).toMatchObject({
      ...{ status: 200, body: "ok", user: "1001:1001", needless: [] },
    })
    expect(await answersReadOnly(here, { ...asked, path: "/opens?in=Europe/Vienna" })).toMatchObject({
      ...{ status: 200, body: "08:00" },
    })
  })

  it("names its modules in its SBOM, which are read from the program", async () => {
    expect(await packagesIn(here, "turnstile")).toContainEqual(
      expect.stringMatching(/^example\.org\/turnstile/),
    )
  })

  it("is compiled for another platform, without anything being run there", async () => {
    const config = await here.files.read("signalbox.yaml")
    const foreign = config.replace("language: go", "language: go\n    platform: linux/arm64")
    await here.write({ "signalbox.yaml": foreign })
    const platform = await outputOf(here, "build", "--component", "turnstile", "container", "platform")
    await here.write({ "signalbox.yaml": config })
    expect(platform).toBe("linux/arm64")
  })

  it("is judged by types, lint, format, tests and coverage", async () => {
    const gates = ["typecheck", "lint", "unit", "coverage", "vulnerabilities"]
    const report = await judged(here, ...gates.flatMap((name) => ["--only", name]))
    expect(summaries(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: turnstile: /),
      lint: expect.stringMatching(/^pass: .*go vet.*gofmt/),
      unit: "pass: turnstile: 4 passed",
      coverage: expect.stringMatching(/^pass: turnstile: /),
      vulnerabilities: expect.stringMatching(/^pass: /),
    })
  })

  it("has what does not compile told by its line, also where an image is built", async () => {
    const text = await here.files.read(gate)
    await here.write({ [gate]: text.replace("g.passed.Add(1)", "g.passed.Plus(1)") })
    const [typecheck] = (await judged(here, "--only", "typecheck")).gates
    const sizes = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ [gate]: text })
    expect(typecheck).toMatchObject({
      verdict: "fail",
      findings: [{ location: { file: gate, line: 30, column: 18 } }],
    })
    expect(finalError(sizes)).toMatch(
      /the image of turnstile could not be built[\s\S]*gate\/gate\.go:30:18: /,
    )
  })

  it("downloads nothing again for a changed source, and has one digest for one source", async () => {
    const { digest } = await imageOf(here, "turnstile")
    const text = await here.files.read(gate)
    await here.write({ [gate]: `${text}\nvar Changed = true\n` })
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ [gate]: text })
    expect(finalError(outcome)).toBe("")
    expect(outcome.stderr).not.toMatch(/go: downloading/)
    expect((await imageOf(here, "turnstile")).digest).toBe(digest)
  })

  const mistakes: readonly Mistake[] = [
    ["no go.sum", { "service/go.sum": "" }, /service\/go\.sum does not fit service\/go\.mod/],
    [
      "a newer Go",
      { "service/go.mod": "module example.org/turnstile\n\ngo 1.99\n" },
      /turnstile needs Go 1\.99/,
    ],
    [
      "no main package",
      { "service/cmd/turnstile/main.go": "package other\n" },
      /service\/cmd\/turnstile has no main package/,
    ],
  ]
  it.each(mistakes)("%s is one clear mistake, told before anything is built", (_, files, what) =>
    expectMistake(here, files, what),
  )
})
