import { type BuildFailure, build, type Message } from "esbuild"
import { describe, expect, it } from "vitest"
import { describeIntrospection, describeMessages } from "../../../toolchain/runtime/programs/problem.ts"

async function messagesOf(contents: string): Promise<readonly Message[]> {
  const stdin = { contents, sourcefile: "src/index.ts", loader: "ts" } as const
  const failure = await build({ stdin, bundle: true, write: false, logLevel: "silent" }).then(
    () => undefined,
    (error: BuildFailure) => error,
  )
  return failure?.errors ?? []
}

describe("problems of a module", () => {
  it("show file, line and column as an editor counts them, the text, the line and a caret", async () => {
    const text = describeMessages(await messagesOf("const one = 1\n\tconst two = (2\n}\n"))
    expect(text).toBe('src/index.ts:3:1: Expected ")" but found "}"\n  3 | }\n    | ^')
  })

  it("name an import that is not there", async () => {
    const text = describeMessages(await messagesOf('import { x } from "./missing.ts"\nconsole.log(x)\n'))
    expect(text).toContain('src/index.ts:1:19: Could not resolve "./missing.ts"')
  })

  it("keep the caret below the place when the line starts with tabs", () => {
    const location = {
      file: "src/a.ts",
      line: 7,
      column: 2,
      lineText: "\t\tlet 1",
      length: 0,
      namespace: "",
      suggestion: "",
    }
    const message = { id: "", pluginName: "", text: "no", location, notes: [], detail: undefined }
    expect(describeMessages([message])).toBe("src/a.ts:7:3: no\n  7 | \t\tlet 1\n    | \t\t^")
  })

  it("are cut after ten", async () => {
    const imports = Array.from({ length: 13 }, (_, n) => `import "./missing-${n}.ts"`)
    const text = describeMessages(await messagesOf(imports.join("\n")))
    expect(text.match(/Could not resolve/g)).toHaveLength(10)
    expect(text).toMatch(/… and 3 more$/)
  })

  it("of the introspector become relative, counted from 1, with the place in front", () => {
    const text =
      "class Thing at /src/./ci/src/thing.ts:3:13 is used by the module but not exposed with a dagger decorator."
    expect(describeIntrospection(text, "/src/./ci")).toBe(
      "src/thing.ts:4:14: class Thing at src/thing.ts:4:14 is used by the module but not exposed with a dagger decorator.",
    )
  })

  it("of the introspector without a place stay as they are", () => {
    expect(describeIntrospection("could not resolve type reference for Foo.", "/src")).toBe(
      "could not resolve type reference for Foo.",
    )
  })
})
