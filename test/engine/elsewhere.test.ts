/**
 * A component that is built elsewhere: its image, an index of two platforms in a real registry, is scanned, recorded under
 * its own digest, copied bit by bit, and gets into the values of the chart like the others.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { parse } from "yaml"
import { type Digest, parseDigest } from "../../src/domain/index.ts"
import { network } from "../../toolchain/network.ts"
import { finalError, uniqueName } from "./harness/index.ts"
import { type Project, project, publishedBy } from "./support/project.ts"
import { documentOf, publishIndex } from "./support/published-image.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

let here: Project
let digest: Digest
const elsewhere = uniqueName("test/elsewhere")
const both = "[linux/amd64, linux/arm64]"
const image = () => `${network.registry}/${elsewhere}:both@${digest}`
let config = ""

const withCache = (line: string) =>
  here.write({ "signalbox.yaml": config.replace("components:\n", `components:\n  cache: ${line}\n`) })

beforeAll(async () => {
  here = await project("elsewhere-staging", "plain")
  digest = await publishIndex(elsewhere)
  config = await here.files.read("signalbox.yaml")
})
afterAll(() => here[Symbol.asyncDispose]())

async function judged(only: string) {
  const outcome = await here.call(["gates", "--only", only, "json"], { timeout: 560 })
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

describe("an image that is built elsewhere", () => {
  it("is scanned like the others, and what nobody has stated about it is told and refuses nothing", async () => {
    await withCache(`{ image: "${image()}", platforms: ${both} }`)
    const { verdict, gates } = await judged("vulnerabilities,images,unit")
    expect(verdict).toBe("pass")
    const [unit, vulnerabilities, images] = gates
    expect(unit.skipped).toEqual([
      { component: "cache", why: "it is built elsewhere, and no check is declared" },
    ])
    expect(vulnerabilities.figures.systemPackages).toBeGreaterThan(10)
    const reports = Object.keys(vulnerabilities.reports)
    for (const platform of ["linux-amd64", "linux-arm64"])
      expect(reports).toContain(`cache/${platform}/image.json`)
    expect(images.figures.cacheBytes).toBeGreaterThan(1_000_000)
    expect(images.findings).toMatchObject(
      ["linux/amd64", "linux/arm64"].map((platform) => ({
        ...{ rule: "image-hardening", severity: "info", component: "cache" },
        ...{ subject: expect.stringMatching(/^runs as/), location: { file: `image:cache@${platform}` } },
      })),
    )
  })

  it("is held against what is stated about it", async () => {
    await withCache(`{ image: "${image()}", port: 6379, maxImageMb: 1 }`)
    const { verdict, gates } = await judged("images")
    expect(verdict).toBe("fail")
    const refused = gates[0].findings.filter(({ severity }: { severity: string }) => severity === "high")
    expect(refused.map(({ subject }: { subject: string }) => subject).sort()).toEqual([
      "cache",
      "does not expose port 6379",
    ])
  })

  it("that is not there is an error of the gates that look at it, and names it", async () => {
    const missing = image().replace(/.{8}$/, "00000000")
    await withCache(`{ image: "${missing}" }`)
    const { verdict, gates } = await judged("vulnerabilities,images")
    expect(verdict).toBe("error")
    for (const gate of gates)
      expect(gate).toMatchObject({ verdict: "error", summary: expect.stringContaining(elsewhere) })
  })

  it("is measured and listed by build under the digest that it has, each platform by itself", async () => {
    await withCache(`{ image: "${image()}", platforms: ${both} }`)
    const sizes = await here.call(["build", "--component", "cache", "sizes-json"])
    expect(finalError(sizes)).toBe("")
    expect(JSON.parse(sizes.stdout).images).toMatchObject([
      { component: "cache", platform: "linux/amd64", index: digest },
      { component: "cache", platform: "linux/arm64", index: digest },
    ])
    const sbom = await here.call(["build", "--component", "cache", "sbom", "glob", "--pattern", "**/*.json"])
    expect(sbom.stdout.trim().split("\n").sort()).toEqual(
      ["amd64", "arm64"].flatMap((name) => [`cache/linux-${name}.cdx.json`, `cache/linux-${name}.spdx.json`]),
    )
  })

  it("is not among the files of a build, which has the others by their digests", async () => {
    await withCache(`{ image: "${image()}", platforms: ${both} }`)
    const exported = await here.call(["build", "output", "export", "--path", "out/build"])
    expect(finalError(exported)).toBe("")
    const { images } = JSON.parse(await here.files.read("out/build/sizes.json"))
    const web = images.find(({ component }: { component: string }) => component === "web")
    const index = JSON.parse(await here.files.read("out/build/images/web/index.json"))
    expect(index.manifests[0].digest).toBe(web.digest)
    await here.files.read(`out/build/images/web/blobs/sha256/${web.digest.slice("sha256:".length)}`)
    await here.files.read("out/build/sbom/web.cdx.json")
    await expect(here.files.read("out/build/images/cache/index.json")).rejects.toThrow("ENOENT")
  })

  it("with a platform that is not stated is not published, and the error says how to state it", async () => {
    await withCache(`{ image: "${image()}", platform: linux/amd64, health: / }`)
    await commitAll(here.files.path)
    const outcome = await here.call(["publish", "--version", "0.9.0"], { timeout: 560 })
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(
      /index with linux\/arm64, of which nothing was judged[\s\S]*platforms/,
    )
    expect(await publishedBy(here.name)).not.toContain(`${here.name}/cache:v0.9.0`)
  })

  it("that its registry does not have for a stated platform is an error that names it", async () => {
    await withCache(`{ image: "${image()}", platforms: [linux/amd64, linux/s390x] }`)
    const { verdict, gates } = await judged("images")
    expect(verdict).toBe("error")
    expect(gates[0].summary).toContain("s390x")
  })

  it("is published under that digest, copied with all its platforms, and rendered like the others", async () => {
    await withCache(`{ image: "${image()}", platforms: ${both}, health: / }`)
    await commitAll(here.files.path)
    const outcome = await here.call(["publish", "--version", "1.0.0"], { timeout: 560 })
    expect(finalError(outcome)).toBe("")
    const { images, record } = JSON.parse(outcome.stdout)
    const repository = `${network.applicationImages}/${here.name}/cache`
    expect(images.cache).toBe(`${repository}@${digest}`)
    expect(record).toMatch(/@sha256:/)
    const kept = await here.call([
      "record",
      "--release",
      "1.0.0",
      "file",
      "--path",
      "record.json",
      "contents",
    ])
    expect(JSON.parse(kept.stdout).images).toMatchObject([
      {
        ...{ component: "cache", digest, repository, from: image().replace(":both", "") },
        platform: "linux/amd64,linux/arm64",
        platforms: Object.fromEntries(
          JSON.parse(await documentOf(elsewhere, digest)).manifests.map(
            (one: { digest: string; platform: { architecture: string } }) => [
              `linux/${one.platform.architecture}`,
              { digest: one.digest, bytes: expect.any(Number) },
            ],
          ),
        ),
      },
      { component: "web" },
    ])
    expect(
      finalError(await here.call(["record", "--release", "1.0.0", "export", "--path", "out/record"])),
    ).toBe("")
    expect(finalError(await here.call(["verify-release", "--record", "out/record"]))).toBe("")
    const path = repository.slice(repository.indexOf("/") + 1)
    expect(await documentOf(path, digest)).toBe(await documentOf(elsewhere, digest))
    for (const one of JSON.parse(await documentOf(path, digest)).manifests)
      expect(await documentOf(path, parseDigest(one.digest))).toBe(
        await documentOf(elsewhere, parseDigest(one.digest)),
      )
    expect(await publishedBy(here.name)).toContain(`${path}:v1.0.0`)
    const rendered = await here.call([
      ...["render", "--environment", "staging", "--release", "1.0.0"],
      ...["file", "--path", "manifests.yaml", "contents"],
    ])
    expect(rendered.stdout).toContain(`${repository}@${digest}`)
  })

  it("is shown beside that release in later reports, and files of another project are refused", async () => {
    const call = (files: string) =>
      here.call(["gates", "--only", "images", "--previous", files, "markdown"], { timeout: 560 })
    const beside = await call("out/record")
    expect(finalError(beside)).toBe("")
    expect(beside.stdout).toMatch(/### Since release 1\.0\.0 of \d{4}-\d{2}-\d{2}/)
    expect(beside.stdout).toMatch(/\| size of cache \| [\d.]+ MB \| [\d.]+ MB \| = \|/)
    const none = await call("web")
    expect(none.code).toBe(13)
    expect(finalError(none)).toMatch(/USAGE[\s\S]*record --release VERSION export/)
  })

  it("stands by that digest in a stack of the release; a tree alone gives none for what has no Dockerfile", async () => {
    const file = ["file", "--path", "docker-compose.yaml", "contents"]
    const stack = await here.call(["compose", "--release", "1.0.0", "--service", "redis", ...file])
    expect(finalError(stack)).toBe("")
    expect(parse(stack.stdout).services).toMatchObject({
      cache: { image: `${network.applicationImages}/${here.name}/cache@${digest}`, read_only: true },
      web: { image: expect.stringMatching(/\/web@sha256:[0-9a-f]{64}$/), user: "1001:1001" },
      redis: { ports: ["127.0.0.1:6379:6379"] },
    })
    const alone = await here.call(["compose", ...file])
    expect(alone.code).toBe(13)
    expect(finalError(alone)).toMatch(
      /Compose cannot build web[\s\S]*components\.web[\s\S]*--release VERSION/,
    )
  })
})
