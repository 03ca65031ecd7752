/** What holds for every message of a call: the sources are searched for those that would break it. */
import { readFile } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { callWith } from "../../../src/domain/index.ts"
import { moduleArguments, placelessArguments, writtenHeadings } from "./message-rules.ts"
import { sources } from "./sources.ts"

const all = sources(["src", "pipelines"])
const index = all.then((files) => files.find(({ file }) => file === "src/index.ts") ?? { file: "", text: "" })
const source = (text: string) => ({ file: "a.ts", text })

describe("the heading of an error", () => {
  test("P04 is that of the code whose exit code the call ends with: none is written by hand", async () => {
    expect((await all).flatMap(writtenHeadings)).toEqual([])
    expect(writtenHeadings(source('const s = "GATE_FAILED: no"; const t = `LOCKED: no`'))).toHaveLength(2)
  })
})

describe("an argument of the module in a message", () => {
  test("P02 stands before the name of the function, in a whole line", () => {
    expect(callWith("--git . --policy-ref REF", "gates assert")).toBe(
      "dagger call --git . --policy-ref REF gates assert (--git and --policy-ref before the name of the function)",
    )
  })

  test.each(["README.md", "docs/policy.md", "docs/upgrade.md"])(
    "P02 %s shows where --approve-policy stands",
    async (file) => {
      expect(await readFile(file, "utf8")).toContain("`dagger call --approve-policy HASH gates assert`")
    },
  )

  test("P02 is shown by callWith, wherever a person is told to add one", async () => {
    const names = moduleArguments(await index)
    expect(names).toEqual(
      expect.arrayContaining(["--git", "--policy-ref", "--approve-policy", "--registry-token", "--actor"]),
    )
    expect((await all).flatMap((file) => placelessArguments(file, names))).toEqual([])
    const told = source('const next = "call with --git ."; const x = `add ` + callWith("call with --git .")')
    expect(placelessArguments(told, names).map(({ text }) => text)).toEqual(["call with --git ."])
  })
})
