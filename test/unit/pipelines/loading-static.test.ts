/**
 * The official runtime loads every file below src/ on every call: one that does something when it is loaded would do so
 * for all of them.
 */
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { parse, place, type Source, sources } from "./sources.ts"

describe("a file of src/", () => {
  it("starts nothing when it is loaded: a program runs only when it is the main one", async () => {
    expect((await sources(["src"])).flatMap(acting)).toEqual([])
  })

  it.each([
    ["a call", "start()", 1],
    ["an assignment", "table.next = table", 1],
    ["a loop", "for (const one of all) one()", 1],
    ["a condition", "if (process.env.CI) start()", 1],
    ["an attempt", "try { start() } catch {}", 1],
    ["a program that is the main one", "if (import.meta.main) start()", 0],
    ["a definition", "const all = [1, 2]\nexport function start() {}", 0],
  ])("is recognised: %s", (_, text, found) => {
    expect(acting({ file: "a.ts", text })).toHaveLength(found)
  })
})

/** Where a file does something by itself, other than defining. */
function acting(source: Source): string[] {
  return parse(source)
    .statements.filter((statement) => !ts.isImportDeclaration(statement) && acts(statement))
    .map(place)
}

function acts(statement: ts.Statement): boolean {
  if (ts.isIfStatement(statement)) return statement.expression.getText() !== "import.meta.main"
  return (
    ts.isExpressionStatement(statement) ||
    ts.isTryStatement(statement) ||
    ts.isIterationStatement(statement, false)
  )
}
