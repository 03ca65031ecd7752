/**
 * M010: a service in Rust for two platforms: both are compiled on this machine, which runs one of them; what is in each is read and judged, and
 * both are published as one index. A Rust that cannot compile for one of them is told before anything is compiled.
 */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { readElf } from "../../src/languages/elf.ts"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { findTool, imageAddress } from "../../src/toolbox/reference.ts"
import { network } from "../../toolchain/network.ts"
import { paths } from "../../toolchain/paths.ts"
import { daggerOutput, finalError } from "./harness/index.ts"
import { judged, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { answersReadOnly } from "./support/read-only.ts"
import { commitAll } from "./support/repository.ts"
import {
  both,
  containerFor,
  expectBoth,
  expectOneIndex,
  fileFor,
  sizesOf,
} from "./support/several-platforms.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const component = "lantern"
const library = "service/src/lib.rs"
const standardLibrary = "/usr/lib/rustlib/aarch64-unknown-linux-gnu"

describe.runIf(toolboxHas("rust"))("a service in Rust for two platforms", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("lantern-platforms", "lantern")
    const one = await here.files.read("signalbox.yaml")
    await here.write({
      "signalbox.yaml": one.replace("language: rust", `language: rust\n    platforms: [${both.join(", ")}]`),
    })
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("has an image of each, within its size, under one index", async () => {
    for (const { bytes } of await expectBoth(here)) expect(bytes).toBeLessThan(25_000_000)
  })

  it.each([
    ["linux/amd64", "x86-64"],
    ["linux/arm64", "AArch64"],
  ])(
    "the program for %s is for that processor, static, and started by the same user",
    async (platform, machine) => {
      expect(await containerFor(here, component, platform, "platform")).toBe(platform)
      expect(await containerFor(here, component, platform, "user")).toBe("1001:1001")
      const program = await fileFor(here, component, platform, `/app/${component}`)
      expect(readElf(program)).toEqual({ machine, interpreter: null })
    },
  )

  it("the one for this machine is the one that is run, and answers", async () => {
    const asked = { component, port: 8080, path: "/healthz" }
    expect(await answersReadOnly(here, asked)).toMatchObject({ status: 200, body: "ok", user: "1001:1001" })
  })

  it("is judged for each platform, under the digest of the index, and tested once", async () => {
    const gates = ["images", "vulnerabilities", "unit"]
    const report = await judged(here, ...gates.flatMap((name) => ["--only", name]))
    const [{ index } = { index: "" }] = await sizesOf(here)
    const { unit, ...ofImages } = summaries(report)
    expect(unit).toMatch(/^pass: lantern: \d+ passed/)
    for (const summary of Object.values(ofImages))
      expect(summary).toMatch(/^pass: .*lantern \(linux\/amd64\): .*lantern \(linux\/arm64\): /)
    for (const { gate, judged: digests } of report.gates)
      if (gate !== "unit") expect(digests).toEqual({ [component]: index })
  })

  it("compiles no package again for a changed source, for neither, and has one digest for one source", async () => {
    const before = await sizesOf(here)
    const text = await here.files.read(library)
    await here.write({ [library]: `${text}\npub const CHANGED: bool = true;\n` })
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    await here.write({ [library]: text })
    expect(finalError(outcome)).toBe("")
    expect(outcome.stderr).not.toMatch(/Compiling tiny_http|Downloading crates/)
    expect(await sizesOf(here)).toEqual(before)
  })

  it("is published as one index of two images, which the record names by their digests", () =>
    expectOneIndex(here, component, "1.0.0-rc.1"))
})

describe.runIf(toolboxHas("rust"))("a Rust without the library of the other processor", () => {
  it("is told with what it lacks, before anything is compiled", async () => {
    await using here = await project("lantern-lacking", "lantern")
    const own = imageAddress(findTool(parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox"), "rust"))
    const to = `${network.registry}/test/rust:lacking`
    const answer = await daggerOutput(["query", "--no-mod"], {
      input: `{ container { from(address: ${JSON.stringify(own)}) { withoutDirectory(path: "${standardLibrary}") { publish(address: "${to}") } } } }`,
      timeout: seconds,
    })
    const lacking = /"publish": "[^"@]+(@sha256:[0-9a-f]{64})"/.exec(answer)?.[1] ?? "none"
    const config = await here.files.read("signalbox.yaml")
    const [image = "", digest = ""] = own.split("@")
    await here.write({
      "toolbox.yaml": (await here.files.read("toolbox.yaml"))
        .replaceAll(image, to)
        .replaceAll(digest, lacking.slice(1)),
      "signalbox.yaml": config.replace("language: rust", "language: rust\n    platforms: [linux/arm64]"),
    })
    await commitAll(here.files.path)
    for (const args of [
      ["build", "sizes"],
      ["publish", "--version", "1.0.0-rc.1"],
    ]) {
      const outcome = await here.call(args, { timeout: seconds })
      expect(finalError(outcome)).toMatch(
        /CONFIG_INVALID: the toolbox's Rust cannot compile lantern for linux\/arm64[\s\S]*components\.lantern\.platforms[\s\S]*its image lacks the standard library of aarch64-unknown-linux-gnu/,
      )
      expect(outcome.code).toBe(13)
      expect(outcome.stderr).not.toMatch(/Compiling|Downloading crates/)
    }
    expect(await publishedBy(here.name)).toEqual([])
  })
})
