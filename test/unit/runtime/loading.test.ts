import { describe, expect, it } from "vitest"
import { filesToLoad } from "../../../toolchain/runtime/programs/loading.ts"

const string = { kind: "STRING_KIND" }
const object = (name: string) => ({ kind: "OBJECT_KIND", name })
const list = (typeDef: object) => ({ kind: "LIST_KIND", typeDef })
const property = (type: object) => ({ type })

const module = {
  objects: {
    Main: {
      properties: { label: property(string), parts: property(list(list(object("Part")))) },
      methods: { run: { arguments: { choice: { type: object("Choice") } } }, other: { arguments: {} } },
    },
    Part: {
      properties: { main: property(object("Main")), core: property(object("Container")) },
      methods: {},
    },
    Choice: { properties: {}, methods: {} },
    Result: { properties: {}, methods: {} },
    Plain: { properties: {}, methods: {} },
  },
} as unknown as Parameters<typeof filesToLoad>[0]

const entries = {
  Main: "src/index.mjs",
  Part: "src/part.mjs",
  Choice: "src/choice.mjs",
  Result: "src/result.mjs",
}

describe("the bundled files that a call loads", () => {
  it("are the object's own, those of its state at any depth, and those of the arguments", () => {
    expect(filesToLoad(module, entries, "Main", "run")).toEqual([
      "src/index.mjs",
      "src/part.mjs",
      "src/choice.mjs",
    ])
  })
  it("leave out classes that only other functions take or return", () => {
    expect(filesToLoad(module, entries, "Main", "other")).toEqual(["src/index.mjs", "src/part.mjs"])
    expect(filesToLoad(module, entries, "Main", "")).toEqual(["src/index.mjs", "src/part.mjs"])
  })
  it("are none for an object that is only a type", () => {
    expect(filesToLoad(module, entries, "Plain", "")).toEqual([])
  })
})
