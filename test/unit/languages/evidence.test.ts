/** What names the container that a component's checks ran in, in the evidence. */
import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import { languageOf, component as schema } from "../../../src/languages/catalogue.ts"
import type { ToolboxFile } from "../../../src/toolbox/index.ts"

const digest = `sha256:${"a".repeat(64)}`
const node = { image: "registry.example/node:24", digest, version: "24" }

async function imageOf(settings: object, text = ""): Promise<string> {
  const component = schema.parse(settings)
  const source = { file: () => ({ contents: async () => text }) } as unknown as Directory
  const toolbox = { tools: { node } } as unknown as ToolboxFile
  const language = await languageOf(component)
  return language.developmentImage({ name: "api", component, source, toolbox, trust: "release" })
}

const byDockerfile = { path: "api", language: "dockerfile", dockerfile: "build/Dockerfile" }

test("a Dockerfile names itself by its content, as long as it names images by digest", async () => {
  const text = `FROM golang:1.26@${digest} AS build\nFROM scratch\n`
  expect(await imageOf(byDockerfile, text)).toBe(`api/build/Dockerfile@${sha256(text)}`)
})

test("one that builds on an image by a name alone is unresolved, and a protected environment refuses it", async () => {
  expect(await imageOf(byDockerfile, "FROM golang:1.26\n")).toBe("unresolved")
})

test("others are named by the image that they run in", async () => {
  expect(await imageOf({ path: "web", language: "node", kind: "static" })).toBe(
    `registry.example/node:24@${digest}`,
  )
  const image = `ghcr.io/example/cache@${digest}`
  expect(await imageOf({ image })).toBe(image)
})
