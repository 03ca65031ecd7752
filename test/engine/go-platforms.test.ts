/**
 * M010: a service in Go for two platforms: both are built on this machine, which runs one of them; what is in each is read and judged, and
 * both are published as one index. What the other languages cannot is refused before anything is built.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type Digest, parseDigest } from "../../src/domain/index.ts"
import { readElf } from "../../src/languages/elf.ts"
import { network } from "../../toolchain/network.ts"
import { finalError } from "./harness/index.ts"
import { judged, outputOf, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { documentOf } from "./support/published-image.ts"
import { answersReadOnly } from "./support/read-only.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const both = ["linux/amd64", "linux/arm64"] as const
const component = "turnstile"

interface Size {
  readonly component: string
  readonly platform: string
  readonly index: string
  readonly digest: string
  readonly bytes: number
}

describe.runIf(toolboxHas("go"))("a service in Go for two platforms", () => {
  let here: Project
  let config = ""
  beforeAll(async () => {
    here = await project("turnstile-platforms", "turnstile")
    const one = await here.files.read("signalbox.yaml")
    config = one.replace("language: go", `language: go\n    platforms: [${both.join(", ")}]`)
    await here.write({ "signalbox.yaml": config })
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  const sizes = async (): Promise<readonly Size[]> =>
    JSON.parse(await outputOf(here, "build", "sizes-json")).images
  const container = (platform: string, ...args: string[]) =>
    outputOf(here, "build", "--component", component, "container", "--platform", platform, ...args)

  it("has an image of each, within its size, under one index", async () => {
    const measured = await sizes()
    expect(measured.map(({ platform }) => platform)).toEqual(both)
    expect(new Set(measured.map(({ digest }) => digest)).size).toBe(2)
    expect(new Set(measured.map(({ index }) => index)).size).toBe(1)
    for (const { bytes } of measured) expect(bytes).toBeLessThan(25_000_000)
  })

  it.each([
    ["linux/amd64", "x86-64"],
    ["linux/arm64", "AArch64"],
  ])(
    "the program for %s is for that processor, static, and started by the same user",
    async (platform, machine) => {
      expect(await container(platform, "platform")).toBe(platform)
      expect(await container(platform, "user")).toBe("1001:1001")
      const path = `out/${platform.replace("/", "-")}`
      await container(platform, "file", "--path", `/app/${component}`, "export", "--path", path)
      expect(readElf(await readFile(join(here.files.path, path)))).toEqual({ machine, interpreter: null })
    },
  )

  it("the one for this machine is the one that is run, and answers", async () => {
    const asked = { component, port: 8080, path: "/healthz" }
    expect(await answersReadOnly(here, asked)).toMatchObject({ status: 200, body: "ok", user: "1001:1001" })
  })

  it("has an SBOM of each, which is read from the program of that platform", async () => {
    const names = await outputOf(here, "build", "sbom", "glob", "--pattern", "**/*.json")
    expect(names.split("\n").sort()).toEqual(
      ["linux-amd64", "linux-arm64"].flatMap((name) =>
        ["cdx", "spdx"].map((form) => `${component}/${name}.${form}.json`),
      ),
    )
    for (const name of ["linux-amd64", "linux-arm64"]) {
      const path = `${component}/${name}.cdx.json`
      const { components } = JSON.parse(
        await outputOf(here, "build", "sbom", "file", "--path", path, "contents"),
      )
      expect(components.map((one: { readonly name: string }) => one.name)).toContainEqual(
        expect.stringMatching(/^example\.org\/turnstile/),
      )
    }
  })

  it("is judged for each platform, under the digest of the index", async () => {
    const report = await judged(here, "--only", "images", "--only", "vulnerabilities")
    const [{ index } = { index: "" }] = await sizes()
    for (const [name, summary] of Object.entries(summaries(report)))
      expect(`${name} ${summary}`).toMatch(
        / pass: .*turnstile \(linux\/amd64\): .*turnstile \(linux\/arm64\): /,
      )
    for (const { judged: digests } of report.gates) expect(digests).toEqual({ [component]: index })
  })

  it("is too large for each platform by itself", async () => {
    await here.write({ "signalbox.yaml": config.replace("maxImageMb: 25", "maxImageMb: 1") })
    const [images] = (await judged(here, "--only", "images")).gates
    await here.write({ "signalbox.yaml": config })
    expect(images?.findings.map(({ rule, location }) => [rule, location?.file])).toEqual(
      both.map((platform) => ["image-too-large", `image:${component}@${platform}`]),
    )
  })

  it("is published as one index of two images, which the record names by their digests", async () => {
    const outcome = await here.call(["publish", "--version", "1.0.0-rc.1"], { timeout: seconds })
    expect(finalError(outcome)).toBe("")
    const { images, platforms } = JSON.parse(outcome.stdout)
    const measured = await sizes()
    const repository = `${network.applicationImages}/${here.name}/${component}`
    expect(images[component]).toBe(`${repository}@${measured[0]?.index}`)
    expect(platforms[component]).toEqual(
      Object.fromEntries(measured.map(({ platform, digest }) => [platform, digest])),
    )
    const path = repository.slice(repository.indexOf("/") + 1)
    const index = JSON.parse(await documentOf(path, parseDigest(measured[0]?.index ?? "")))
    expect(index.mediaType).toBe("application/vnd.oci.image.index.v1+json")
    expect(index.manifests).toMatchObject(
      measured.map(({ platform, digest }) => {
        const [os, architecture] = platform.split("/")
        return { digest, platform: { os, architecture } }
      }),
    )
    for (const { digest } of index.manifests as readonly { readonly digest: Digest }[])
      expect(JSON.parse(await documentOf(path, digest)).layers.length).toBeGreaterThan(0)
    expect(await publishedBy(here.name)).toContain(`${path}:v1.0.0-rc.1`)
    const file = ["file", "--path", "record.json", "contents"]
    expect(
      JSON.parse(await outputOf(here, "record", "--release", "1.0.0-rc.1", ...file)).images,
    ).toMatchObject([
      {
        ...{ component, repository, digest: measured[0]?.index, platform: both.join(",") },
        platforms: Object.fromEntries(
          measured.map(({ platform, digest, bytes }) => [platform, { digest, bytes }]),
        ),
      },
    ])
  })

  it("is whole offline, deployed by the index, and the same when it is published again", async () => {
    await outputOf(here, "record", "--release", "1.0.0-rc.1", "export", "--path", "out/record")
    expect(finalError(await here.call(["verify-release", "--record", "out/record"]))).toBe("")
    const [{ index } = { index: "" }] = await sizes()
    const manifests = ["file", "--path", "manifests.yaml", "contents"]
    const rendered = await outputOf(
      here,
      ...["render", "--environment", "staging", "--release", "1.0.0-rc.1", ...manifests],
    )
    expect(rendered).toContain(`/${component}@${index}`)
    const again = JSON.parse(await outputOf(here, "publish", "--version", "1.0.0-rc.1"))
    expect(again).toMatchObject({ made: false, images: { [component]: expect.stringContaining(index) } })
  })

  it("a file for another processor in one of its images is a mistake that is told before anything is published", async () => {
    const helper = join(here.files.path, "service", "tools")
    await mkdir(helper, { recursive: true })
    await writeFile(
      join(helper, "helper"),
      await readFile(join(import.meta.dirname, "../recorded/elf/go-amd64.elf")),
    )
    await here.write({ "signalbox.yaml": config.replace("language: go", "language: go\n    files: [tools]") })
    const outcome = await here.call(["build", "sizes"], { timeout: seconds })
    const gates = await here.call(["gates", "--only", "images", "json"], { timeout: seconds })
    await here.write({ "signalbox.yaml": config })
    for (const one of [outcome, gates]) {
      expect(finalError(one)).toMatch(
        /CONFIG_INVALID: the image of turnstile for linux\/arm64 has files for another processor[\s\S]*\/app\/tools\/helper: it is for x86-64/,
      )
      expect(one.code).toBe(13)
    }
  })
})

describe("a service in Node", () => {
  it.each([["linux/arm64"], ["linux/amd64, linux/arm64"]])(
    "for %s is refused by its line, before anything is built",
    async (platforms) => {
      await using plain = await project("plain-platforms", "plain")
      const config = await plain.files.read("signalbox.yaml")
      await plain.write({
        "signalbox.yaml": config.replace("language: node,", `language: node, platforms: [${platforms}],`),
      })
      // A release is of a commit.
      await commitAll(plain.files.path)
      for (const args of [
        ["build", "sizes"],
        ["gates", "json"],
        ["publish", "--version", "1.0.0-rc.1"],
      ]) {
        const outcome = await plain.call(args)
        expect(finalError(outcome)).toMatch(
          /signalbox\.yaml:5:\d+: components\.web\.platforms: .*\[linux\/amd64\] alone: its packages are installed/,
        )
        expect(outcome.code).toBe(13)
      }
      expect(await publishedBy(plain.name)).toEqual([])
    },
  )
})
