import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, it } from "vitest"
import { engineVersion, libraryVersion } from "../../../src/evidence/index.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const json = async (file: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(root, file), "utf8"))

it("a release record names the version of this library and of the engine it is made for", async () => {
  expect(libraryVersion).toBe((await json("package.json")).version)
  expect(engineVersion).toBe((await json("dagger.json")).engineVersion)
})
