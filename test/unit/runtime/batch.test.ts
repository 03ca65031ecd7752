import { describe, expect, it } from "vitest"
import { chain, field, resolveChain } from "../../../toolchain/runtime/programs/batch.ts"

/** Answers each chain with an ID that tells it, and keeps the requests. */
function engine() {
  const requests: string[][] = []
  const send = async (query: string) => {
    const lines = query.split("\n").slice(1, -1)
    requests.push(lines.map((line) => line.slice(line.indexOf(": ") + 2)))
    return Object.fromEntries(
      lines.map((line, index) => {
        const names = line.slice(line.indexOf(": ") + 2).match(/\w+(?=[ (][^"]*\{)/g) ?? []
        const id = `<${names.join(".")}#${requests.length}.${index}>`
        return [`a${index}`, names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), { id })]
      }),
    )
  }
  return { requests, send }
}

describe("a field", () => {
  it("writes arguments as GraphQL does and leaves out those without a value", () => {
    const values = {
      a: 'say "x"\n',
      b: 2,
      c: true,
      d: ["x", "!y"],
      e: undefined,
      f: null,
      g: { member: "LOW" },
      h: "",
    }
    expect(field("f", values)).toBe('f(a: "say \\"x\\"\\n", b: 2, c: true, d: ["x","!y"], g: LOW, h: "")')
    expect(field("f", { a: undefined })).toBe("f")
  })
})

describe("a chain of chains", () => {
  it("is resolved with one request for each level, and equal chains once", async () => {
    const { requests, send } = engine()
    const leaf = chain([field("typeDef"), field("withKind", { kind: { member: "STRING_KIND" } })])
    const id = await resolveChain(send, (idOf) => {
      const list = (name: string) =>
        chain(["typeDef", field("withListOf", { name, elementType: idOf(leaf) })])
      return chain([
        "module",
        field("x", { a: idOf(list("a")), b: idOf(list("b")), c: idOf(list("a")), d: idOf(leaf) }),
      ])
    })
    expect(requests.map((chains) => chains.length)).toEqual([1, 2, 1])
    expect(requests[0]).toEqual(["typeDef { withKind(kind: STRING_KIND) { id } }"])
    expect(id).toMatch(/^<module/)
  })
})
