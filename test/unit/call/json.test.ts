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

test("data of a known form is given as it is", () => {
  expect(parseJson('{"fence":3,"files":["a"]}', schema, "operation.json")).toEqual({ fence: 3, files: ["a"] })
})

test.each([
  ["is no JSON", "{", /JSON/],
  ["is something else", '{"fence":"3","files":[1]}', /fence: .*; files\.0: /],
  ["is nothing", "null", /document: /],
])("a file that %s is named, with what is wrong in it", (_, text, why) => {
  expect(() => parseJson(text, schema, "operation.json")).toThrow(
    expect.objectContaining({
      code: "OUTPUT_UNREADABLE",
      detail: expect.objectContaining({ where: "operation.json", why: expect.stringMatching(why) }),
    }),
  )
})

test("a file that is not there is an error where it is needed, and undefined where it may be missing", async () => {
  expect(await readJsonIfThere(directory({}), "ledger.json", schema)).toBeUndefined()
  await expect(readJson(directory({}), "ledger.json", schema, "ledger.json of op-1")).rejects.toMatchObject({
    code: "OUTPUT_UNREADABLE",
    detail: { where: "ledger.json of op-1", why: "it is not there" },
  })
})
