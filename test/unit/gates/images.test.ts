import { expect, test } from "vitest"
import { type BuiltImage, imageLabel } from "../../../src/build/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import type { GateContext } from "../../../src/gates/gate.ts"
import { judgeImage } from "../../../src/gates/images/decide.ts"
import { gate } from "../../../src/gates/images/gate.ts"
import { minimalConfig } from "../config/texts.ts"

const facts = {
  digest: `sha256:${"a".repeat(64)}`,
  bytes: 1000,
  layers: [],
  platform: "linux/amd64",
  user: "1001:1001",
  exposedPorts: ["8080/tcp"],
  healthcheck: true,
  labels: {},
}
const component = { language: "dockerfile" as const, user: 1001, port: 8080 }

test("an image that builds on another by its name alone is told so, and passes", () => {
  const { findings } = judgeImage("api", component, facts, [
    { image: "golang:1.22", file: "api/Dockerfile", line: 1 },
  ])
  expect(findings).toMatchObject([
    {
      rule: "image-unpinned",
      severity: "info",
      location: { file: "api/Dockerfile", line: 1 },
      subject: "golang:1.22",
    },
  ])
})

/** What a build gives, as far as the gate reads it. */
function imagesOf(component: string, ...all: readonly (typeof facts)[]): Pick<BuiltImage, "platforms"> {
  const label = ({ platform }: typeof facts) => imageLabel(component, all.length > 1 ? platform : undefined)
  const platforms = all.map((one) => ({ label: label(one), facts: one }))
  return { platforms } as unknown as Pick<BuiltImage, "platforms">
}

/** The minimal configuration with two components, of which `build` gives the images. */
async function judged(build: (component: string) => Promise<Pick<BuiltImage, "platforms">>) {
  const one = parseConfig(minimalConfig, "signalbox.yaml")
  const [component] = Object.values(one.components)
  if (component === undefined) throw new Error("the minimal configuration has no component")
  const config = { ...one, components: { api: component, web: component } }
  const digest = `sha256:${"a".repeat(64)}`
  const toolbox = { tools: { node: { image: "node:24.9.0", digest, version: "24.9.0" } } }
  const context = { config, toolbox, image: build, request: () => ({}) } as unknown as GateContext
  const { output } = await gate.run(context, {})
  return gate.decide(gate.read(output), config, {})
}

test("X4 an image that cannot be built is the error of its component alone; the others are judged", async () => {
  const { errors, summary, figures } = await judged(async (name) => {
    if (name === "api")
      throw new SignalboxError("TOOL_FAILED", { what: "the image of api could not be built" })
    return imagesOf(name, facts)
  })
  expect(errors).toEqual([expect.stringMatching(/^api: TOOL_FAILED: the image of api could not be built/)])
  expect(summary).toContain("web: 0.01 MB (no maxImageMb set)")
  expect(figures).toEqual({ webBytes: 1000 })
})

test("sibling of X4: the caller's own mistake still ends the call", async () => {
  const mistake = new SignalboxError("SOURCE_INCOMPLETE", { what: "files of api are Git LFS pointers" })
  await expect(judged(() => Promise.reject(mistake))).rejects.toThrow(/SOURCE_INCOMPLETE/)
})

test("sibling of V42: an image above its budget says its size, which a waiver has to accept", () => {
  const large = { ...facts, bytes: 12_345_678 }
  const { findings } = judgeImage("api", { ...component, maxImageMb: 10 }, large)
  expect(findings).toMatchObject([
    { rule: "image-too-large", measured: { value: 12.35, better: "lower", unit: "MB" } },
  ])
})

test("M010 of a component with several platforms each image is measured, and a finding names its platform", async () => {
  const arm64 = { ...facts, platform: "linux/arm64", bytes: 3000, user: "0" }
  const { findings, errors, summary, figures, reports } = await judged(async (name) =>
    name === "api" ? imagesOf(name, facts, arm64) : imagesOf(name, facts),
  )
  expect(errors).toEqual([])
  expect(summary).toBe(
    "api (linux/amd64): 0.01 MB (no maxImageMb set); api (linux/arm64): 0.01 MB (no maxImageMb set); web: 0.01 MB (no maxImageMb set)",
  )
  expect(figures).toEqual({ apiBytes: 3000, webBytes: 1000 })
  expect(findings).toMatchObject([
    {
      rule: "image-hardening",
      message: "the image of api (linux/arm64) runs as system user 0",
      location: { file: "image:api@linux/arm64" },
      component: "api",
    },
  ])
  expect(Object.keys(reports)).toEqual(["api/linux-amd64.json", "api/linux-arm64.json", "web.json"])
})

test("of an image that is built elsewhere the summary says which platform was looked at: its index is published whole", async () => {
  const published = { registry: "r.example", repository: "r.example/web", digest: facts.digest }
  const { summary } = await judged(async (name) => {
    const built = imagesOf(name, facts)
    return name === "web" ? { ...built, published } : built
  })
  expect(summary).toBe(
    "api: 0.01 MB (no maxImageMb set); web: 0.01 MB (no maxImageMb set), looked at for linux/amd64 alone",
  )
})
