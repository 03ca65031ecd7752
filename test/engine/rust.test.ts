/**
 * A service in Rust: a static program on an empty base, what it answers where nothing can be written, what is in its image,
 * how it is judged, and what is told of sources that do not build.
 */
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

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const library = "service/src/lib.rs"

describe.runIf(toolboxHas("rust"))("a service in Rust", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("lantern-staging", "lantern")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is a small image of its program alone, as user 1001", async () => {
    const image = await imageOf(here, "lantern")
    expect(image).toMatchObject({
      ...{ user: "1001:1001", title: "lantern", entrypoint: ["/app/lantern"] },
    })
    expect(image.bytes).toBeLessThan(25_000_000)
    const paths = await pathsIn(here, "lantern")
    expect(paths.filter((path) => /^app\/./.test(path))).toEqual(["app/lantern"])
    expect(paths.filter((path) => /(?:^|\/)(?:sh|bash|busybox|apt|cargo|env)$/.test(path))).toEqual([])
  })

  it("answers where nothing can be written, by its own user", async () => {
    const asked = { component: "lantern", port: 8080 }
    expect(await answersReadOnly(here, { ...asked, path: "/healthz" })).toMatchObject({
      ...{ status: 200, body: "ok", user: "1001:1001", needless: [] },
    })
    expect(await answersReadOnly(here, { ...asked, path: "/at/31" })).toMatchObject({ body: "green" })
    expect(await answersReadOnly(here, { ...asked, path: "/at/x" })).toMatchObject({ status: 404 })
  })

  it("is judged by its compiler, rustfmt, tests and the packages of its lock file", async () => {
    const gates = ["typecheck", "lint", "unit", "vulnerabilities"]
    const report = await judged(here, ...gates.flatMap((name) => ["--only", name]))
    expect(summaries(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: lantern: /),
      lint: expect.stringMatching(/^pass: .*rustfmt/),
      unit: expect.stringMatching(/^pass: lantern: \d+ passed/),
      vulnerabilities: expect.stringMatching(/^pass: .*\d+ packages of the application/),
    })
  })

  it("has attributes that switch lints off told", async () => {
    const text = await here.files.read(library)
    await here.write({ [library]: `${text}\n#[allow(dead_code)]\nfn unused() {}\n` })
    const [lint] = (await judged(here, "--only", "lint")).gates
    await here.write({ [library]: text })
    expect(lint).toMatchObject({ verdict: "pass" })
    expect(lint?.findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "switched-off", severity: "info" },
        location: { file: library, line: text.split("\n").length + 1 },
      }),
    )
  })

  it("has what does not compile told by its line, also where an image is built", async () => {
    const text = await here.files.read(library)
    await here.write({ [library]: `${text}\npub fn wrong() -> u8 {\n    "text"\n}\n` })
    const line = text.split("\n").length + 2
    const [typecheck] = (await judged(here, "--only", "typecheck")).gates
    const sizes = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ [library]: text })
    expect(typecheck).toMatchObject({
      verdict: "fail",
      findings: expect.arrayContaining([
        expect.objectContaining({ location: expect.objectContaining({ file: library, line }) }),
      ]),
    })
    expect(finalError(sizes)).toMatch(
      new RegExp(`the image of lantern could not be built[\\s\\S]*src/lib\\.rs:${line}:`),
    )
  })

  it("compiles no package again for a changed source, and has one digest for one source", async () => {
    const { digest } = await imageOf(here, "lantern")
    const text = await here.files.read(library)
    await here.write({ [library]: `${text}\npub const CHANGED: bool = true;\n` })
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ [library]: text })
    expect(finalError(outcome)).toBe("")
    expect(outcome.stderr).not.toMatch(/Compiling tiny_http|Downloading crates/)
    expect((await imageOf(here, "lantern")).digest).toBe(digest)
  })

  it("names no package in its SBOM that is not there", async () => {
    expect(await packagesIn(here, "lantern")).not.toContain("tiny_http")
  })

  const mistakes: readonly Mistake[] = [
    [
      "a lock file that is behind",
      { "service/Cargo.toml": (text) => `${text}\nserde = "1"\n` },
      /service\/Cargo\.lock does not fit service\/Cargo\.toml/,
    ],
    [
      "a newer Rust",
      { "service/Cargo.toml": (text) => text.replace(/rust-version = .*/, 'rust-version = "1.999"') },
      /lantern needs Rust 1\.999/,
    ],
    [
      "a program that is not there",
      { "signalbox.yaml": (text) => text.replace("language: rust", "language: rust\n    bin: other") },
      /lantern has no binary target other/,
    ],
  ]
  it.each(mistakes)("%s is one clear mistake, told before anything is built", (_, files, what) =>
    expectMistake(here, files, what),
  )
})
