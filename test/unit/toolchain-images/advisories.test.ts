import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { repositoryRoot } from "../../../toolchain/paths.ts"
import { versions } from "../../../toolchain/versions.ts"

interface Advisory {
  readonly id: string
  readonly modified: string
  readonly affected: readonly { readonly ecosystem: string; readonly package: string }[]
  readonly source: { readonly path: string; readonly commit: string }
}

const text = await readFile(join(repositoryRoot, "toolchain/advisories/advisories.yaml"), "utf8")
const source = parse(text, { schema: "failsafe" }) as { readonly advisories: readonly Advisory[] }

test("there are at least twenty advisories, each once", () => {
  expect(source.advisories.length).toBeGreaterThanOrEqual(20)
  expect(new Set(source.advisories.map(({ id }) => id)).size).toBe(source.advisories.length)
})

test.each(source.advisories)(
  "$id says from which file and commit it was read",
  ({ id, source: { path, commit } }) => {
    expect(path).toMatch(new RegExp(`^advisories/github-reviewed/\\d{4}/\\d{2}/${id}/${id}\\.json$`))
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
  },
)

test("npm, pip, Go and Maven are covered", () => {
  const ecosystems = new Set(
    source.advisories.flatMap(({ affected }) => affected.map(({ ecosystem }) => ecosystem)),
  )
  expect([...ecosystems]).toEqual(expect.arrayContaining(["npm", "PyPI", "Go", "Maven"]))
})

test("the image's tag is the day of the newest fact", () => {
  const newest = source.advisories
    .map(({ modified }) => modified)
    .sort()
    .at(-1)
  expect(newest?.slice(0, 10)).toBe(versions.advisories)
})
