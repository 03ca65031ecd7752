import type { Directory } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { z } from "zod"
import { parseJson, readJson, readJsonIfThere } from "../../../src/call/index.ts"

const schema = z.object({ fence: z.int(), files: z.array(z.string()) })
const directory = (files: Record<string, string>): Directory =>
  ({
    entries: async () => Object.keys(files),
    file: (name: string) => ({ contents: async () => files[name] }),
  }) as unknown as Directory

test("valid data is returned unchanged", () => {
  expect(parseJson('{"fence":3,"files":["a"]}', schema, "operation.json")).toEqual({ fence: 3, files: ["a"] })
})

test.each([
  ["is not JSON", "{", /JSON/],
  ["has other types", '{"fence":"3","files":[1]}', /fence: .*; files\.0: /],
  ["is null", "null", /document: /],
])("a file that %s is an error with the file's name and its problems", (_, text, why) => {
  expect(() => parseJson(text, schema, "operation.json")).toThrow(
    expect.objectContaining({
      code: "OUTPUT_UNREADABLE",
      detail: expect.objectContaining({ where: "operation.json", why: expect.stringMatching(why) }),
    }),
  )
})

test("a missing file is an error where it is required, and undefined where it is optional", async () => {
  expect(await readJsonIfThere(directory({}), "ledger.json", schema)).toBeUndefined()
  await expect(readJson(directory({}), "ledger.json", schema, "ledger.json of op-1")).rejects.toMatchObject({
    code: "OUTPUT_UNREADABLE",
    detail: { where: "ledger.json of op-1", why: "it is missing" },
  })
})
