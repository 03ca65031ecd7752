/** Defects of a load script are found before a release is rolled out for it; what k6 said is recorded. */
import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { checkLoadScript, type ProcessOptions } from "../../../src/verify/index.ts"

const path = (name: string) => new URL(`../../recorded/k6/${name}`, import.meta.url)
const textOf = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "")
const { cases } = JSON.parse(textOf("cases.json")) as {
  cases: Record<string, { args: readonly string[]; exitCode: number }>
}

let work: string
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "check-"))
})
afterEach(() => rm(work, { recursive: true }))

async function check(end: { code: number | null; stdout?: string; stderr?: string; timedOut?: boolean }) {
  const calls: { args: readonly string[]; options: ProcessOptions }[] = []
  const processes = {
    run: async (_command: string, args: readonly string[], options: ProcessOptions) => {
      calls.push({ args, options })
      return { stdout: "", stderr: "", timedOut: false, truncated: false, ...end }
    },
  }
  const unused = await checkLoadScript(processes, {
    ...{ script: "// the user's", work, version: "1.0.0", profile: "smoke" },
  })
  return { unused, calls }
}

const recorded = (name: string) =>
  check({
    code: cases[name]?.exitCode ?? null,
    stdout: textOf(`${name}.stdout`),
    stderr: textOf(`${name}.stderr`),
  })

describe("C08 a load script with a defect", () => {
  test.each([
    [
      "C08 that imports a file that is not there",
      "inspect-missing-import",
      /"\.\/paths\.js" couldn't be found/,
    ],
    [
      "C08 that opens a file that is not there",
      "inspect-missing-data",
      /users\.json: no such file or directory/,
    ],
    ["C08 in TypeScript", "inspect-typescript", /load\.js: Line 1:11 Unexpected token :/],
    ["C08 without a default function", "inspect-no-default", /exports no default function/],
  ])("%s is 13, and the reason is k6's own", async (_what, name, why) => {
    const attempt = recorded(name)
    await expect(attempt).rejects.toMatchObject({
      ...{ code: "CONFIG_INVALID", exitCode: 13 },
      detail: { why: expect.stringMatching(why), next: expect.stringContaining("bundle its imports") },
    })
  })

  test("sibling of C08: that never ends its beginning is 13, with the limit", async () => {
    await expect(check({ code: null, timedOut: true })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { why: "it was not loaded within 30 s" },
    })
  })

  test("sibling of C08: k6 that was killed has said nothing about the script: 11", async () => {
    await expect(check({ code: null })).rejects.toMatchObject({ code: "TOOL_FAILED", exitCode: 11 })
  })

  test("sibling of C08: nor has one whose answer cannot be read", async () => {
    await expect(check({ code: 0, stdout: "{}" })).rejects.toMatchObject({ code: "OUTPUT_UNREADABLE" })
  })
})

test("C08 options that the script exports are named, because they are not used", async () => {
  expect((await recorded("inspect-own-options")).unused).toEqual(["vus"])
  expect((await recorded("inspect-plain")).unused).toEqual([])
})

test("C08 k6 loads the script as the tests' user, as a deployment will run it, and sends nothing", async () => {
  const { calls } = await recorded("inspect-plain")
  const [call] = calls
  expect(call?.args.slice(0, -1)).toEqual(cases["inspect-plain"]?.args.slice(0, -1))
  expect(call?.options).toMatchObject({ as: "tests", cwd: work, env: { K6_NO_USAGE_REPORT: "true" } })
  expect(await readFile(join(work, "load.js"), "utf8")).toBe("// the user's")
})
