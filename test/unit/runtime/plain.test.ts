import { describe, expect, it } from "vitest"
import { fromPlain, toPlain } from "../../../toolchain/runtime/programs/plain.ts"

class DaggerThing {
  readonly name = "thing"
  readonly ast = { huge: true }
  readonly inner = [new DaggerPart()]
  readonly missing = undefined
  getLocation() {
    return { filepath: "src/index.ts", line: 3, column: 7 }
  }
}

class DaggerPart {
  readonly value = 1
}

describe("a scan as plain data", () => {
  it("keeps data, classes and locations, and leaves the syntax tree behind", () => {
    const json = JSON.stringify(toPlain(new DaggerThing()))
    expect(json).not.toContain("huge")
    const thing = fromPlain(json, { DaggerThing, DaggerPart }) as DaggerThing
    expect(thing).toBeInstanceOf(DaggerThing)
    expect(thing.inner[0]).toBeInstanceOf(DaggerPart)
    expect(thing.getLocation()).toEqual({ filepath: "src/index.ts", line: 3, column: 7 })
    expect(Object.keys(thing)).toEqual(["name", "inner"])
  })

  it("keeps an argument that is named like a property of the syntax tree", () => {
    const scanned = { arguments: { node: { name: "node" }, symbol: { name: "symbol" } } }
    expect(fromPlain(JSON.stringify(toPlain(scanned)), {})).toEqual(scanned)
  })
})
