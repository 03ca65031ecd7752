/** The `.dockerignore` that init writes for a component with a Dockerfile of its own, which copies all that is there. */
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const dockerfile = `ARG BASE
FROM \${BASE}
COPY . /srv
CMD ["node", "/srv/src/stamps.js"]
`

let here: Project
beforeAll(async () => {
  here = await project("ignore-staging", "stamps")
  const config = await here.files.read("signalbox.yaml")
  await here.write({
    "signalbox.yaml": config.replace(/ {4}development: build\n| {4}checks:\n(?: {6,}.*\n)+/g, ""),
    "app/Dockerfile": dockerfile,
    "app/README.md": "# Stamps\n",
    "app/.idea/workspace.xml": "<x/>\n",
  })
  await commitAll(here.files.path)
})
afterAll(() => here?.[Symbol.asyncDispose]())

async function digest(): Promise<string> {
  const outcome = await here.call(["build", "sizes-json"])
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout).images[0].digest
}

async function init(): Promise<void> {
  const outcome = await here.call(["init", "--measure=false", "export", "--path", "."])
  expect(finalError(outcome)).toBe("")
}

it("N06 is written where the image is built from; with it a README and an editor's files change no image", async () => {
  const before = await digest()
  await here.write({ "app/README.md": "# Stamps of all countries\n" })
  expect(await digest()).not.toBe(before)
  await init()
  expect(await here.files.read("app/.dockerignore")).toMatch(/^README\*$/m)
  const without = await digest()
  await here.write({ "app/README.md": "# Stamps again\n", "app/.idea/workspace.xml": "<y/>\n" })
  expect(await digest()).toBe(without)
  await here.write({ "app/src/more.js": "console.log(1)\n" })
  expect(await digest()).not.toBe(without)
})

it("is left alone where there is one", async () => {
  await here.write({ "app/.dockerignore": "src/more.js\n" })
  await init()
  expect(await here.files.read("app/.dockerignore")).toBe("src/more.js\n")
})
