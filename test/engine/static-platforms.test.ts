/**
 * M010: static files for two platforms: built once, served by nginx of each, of which this machine runs one and the other is only read. An
 * nginx that is not there for a platform is told before anything is built.
 */
import { existsSync, readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { elfTarget } from "../../src/languages/elf.ts"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { paths } from "../../toolchain/paths.ts"
import { daggerOutput, finalError } from "./harness/index.ts"
import { judged, outputOf, seconds, summaries } from "./support/built-language.ts"
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

const component = "site"

/** The machine's nginx is one for both only where somebody asked for it: `npm run toolchain -- images static-platforms`. */
const nginx = existsSync(paths.toolbox)
  ? parseToolbox(readFileSync(paths.toolbox, "utf8"), "toolbox.yaml").tools.nginx
  : undefined
const hasBoth = nginx?.image.includes("/nginx-platforms:") === true

const configFor = (config: string, platforms: readonly string[]) =>
  config
    .replace("kind: static,", `kind: static, platforms: [${platforms.join(", ")}],`)
    .replace(/^ {2}api: .*\n/m, "")

describe.runIf(hasBoth)("static files for two platforms", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("site-platforms", "parts")
    await here.write({ "signalbox.yaml": configFor(await here.files.read("signalbox.yaml"), both) })
    await commitAll(here.files.path)
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("have an image of each, within its size, under one index", async () => {
    for (const { bytes } of await expectBoth(here)) expect(bytes).toBeLessThan(25_000_000)
  })

  it.each([
    ["linux/amd64", "x86-64", "/usr/lib/x86_64-linux-gnu/libc.so.6"],
    ["linux/arm64", "AArch64", "/usr/lib/aarch64-linux-gnu/libc.so.6"],
  ])(
    "the nginx for %s is for that processor, with its libraries, and started by the same user",
    async (platform, machine, library) => {
      expect(await containerFor(here, component, platform, "platform")).toBe(platform)
      expect(await containerFor(here, component, platform, "user")).toBe("1001:1001")
      expect(await containerFor(here, component, platform, "entrypoint")).toBe("nginx\n-g\ndaemon off;")
      expect(elfTarget(await fileFor(here, component, platform, "/usr/sbin/nginx"))).toMatchObject({
        machine,
      })
      expect(elfTarget(await fileFor(here, component, platform, library))).toMatchObject({ machine })
    },
  )

  it("have the same files in both, beside an nginx without a shell", async () => {
    const of = (platform: string) =>
      containerFor(here, component, platform, "rootfs", "glob", "--pattern", "**")
    const [amd64 = [], arm64 = []] = (await Promise.all(both.map(of))).map((text) => text.split("\n"))
    const served = (all: readonly string[]) => all.filter((path) => path.startsWith("usr/share/nginx/html/"))
    expect(served(amd64).length).toBeGreaterThan(0)
    expect(served(arm64)).toEqual(served(amd64))
    expect(arm64.filter((path) => /(?:^|\/)bin\/(?:sh|bash|busybox|apt|dpkg)$/.test(path))).toEqual([])
    const page = "/usr/share/nginx/html/index.html"
    const [one, other] = await Promise.all(both.map((platform) => fileFor(here, component, platform, page)))
    expect(other).toEqual(one)
  })

  it("are served by the one for this machine", async () => {
    const asked = { component, port: 8080, path: "/health" }
    expect(await answersReadOnly(here, asked)).toMatchObject({ status: 200, body: "ok\n", user: "1001:1001" })
  })

  it("have an SBOM of each, with Debian's packages of that platform", async () => {
    for (const architecture of ["amd64", "arm64"]) {
      const path = `${component}/linux-${architecture}.cdx.json`
      const { components } = JSON.parse(
        await outputOf(here, "build", "sbom", "file", "--path", path, "contents"),
      )
      const libraries = components.filter(({ name }: { readonly name: string }) => name === "libc6")
      expect(libraries).toMatchObject([{ purl: expect.stringContaining(`arch=${architecture}`) }])
    }
  })

  it("are judged for each platform, under the digest of the index", async () => {
    const report = await judged(here, "--only", "images", "--only", "vulnerabilities")
    const [{ index } = { index: "" }] = await sizesOf(here)
    for (const summary of Object.values(summaries(report)))
      expect(summary).toMatch(/^pass: .*site \(linux\/amd64\): .*site \(linux\/arm64\): /)
    for (const { judged: digests } of report.gates) expect(digests).toEqual({ [component]: index })
  })

  it("are published as one index of two images, by their digests", () =>
    expectOneIndex(here, component, "1.0.0-rc.1"))
})

describe.runIf(hasBoth)("an nginx for one platform alone", () => {
  it("is told with the file that is for another processor, before anything is built", async () => {
    await using here = await project("site-alone", "parts")
    // What the index names for this machine, by its own digest: it is given to whoever asks for it, whatever the platform.
    const query = `{ container { from(address: ${JSON.stringify(`${nginx?.image}@${nginx?.digest}`)}) { publish(address: ${JSON.stringify(nginx?.image.replace(/\/signalbox\/.*/, "/test/nginx:alone"))}) } } }`
    const answer = await daggerOutput(["query", "--no-mod"], { input: query, timeout: 280 })
    const alone = /"publish": "[^"@]+@(sha256:[0-9a-f]{64})"/.exec(answer)?.[1] ?? "none"
    await here.write({
      "signalbox.yaml": configFor(await here.files.read("signalbox.yaml"), ["linux/arm64"]),
      "toolbox.yaml": (await here.files.read("toolbox.yaml"))
        .replaceAll(
          nginx?.image ?? "none",
          nginx?.image.replace(/\/signalbox\/.*/, "/test/nginx:alone") ?? "",
        )
        .replaceAll(nginx?.digest ?? "none", alone),
    })
    await commitAll(here.files.path)
    for (const args of [
      ["build", "sizes"],
      ["publish", "--version", "1.0.0-rc.1"],
    ]) {
      const outcome = await here.call(args, { timeout: seconds })
      expect(finalError(outcome)).toMatch(
        /CONFIG_INVALID: the toolbox has no nginx for linux\/arm64, which site is to be served by[\s\S]*components\.site\.platforms/,
      )
      expect(outcome.code).toBe(13)
    }
    expect(await publishedBy(here.name)).toEqual([])
  })
})
