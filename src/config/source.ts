import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml"
import type { Position, Problem } from "./problem.ts"
import { show, visible } from "./problem.ts"

export type Path = readonly (string | number)[]

/** A YAML text, its value, and the way back from the value to the line. */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** Syntax errors; with any, there is no value. */
  readonly problems: readonly Problem[]
  /** Position of the value at a path, or of its nearest ancestor. */
  at(path: Path): Position
  /** Position of the key that ends the path. */
  atKey(path: Path): Position
}

/** Larger files are refused: a configuration is written by hand. */
const maxBytes = 1024 * 1024

/** As in values files: a document that multiplies itself passes this within a few levels. */
const mostAliases = 10_000

/** One mistake causes many errors after it: a reader gains nothing from more than these. */
const maxSyntaxProblems = 20

/** Reads YAML 1.2 (and so JSON). Never throws: malformed text, duplicate keys and surprises become problems. */
export function readSource(text: string, file: string): Source {
  if (Buffer.byteLength(text) > maxBytes) {
    return broken(file, [
      { file, line: 1, column: 1, path: "", message: `the file is larger than ${maxBytes} bytes` },
    ])
  }
  try {
    return read(text, file)
  } catch (cause) {
    // Deep nesting ends in a RangeError inside the parser, an alias bomb in a ReferenceError of the resolver.
    const said = cause instanceof Error ? cause.message : String(cause)
    const why = said.startsWith("Excessive alias count")
      ? `its anchors are used more than ${mostAliases} times (*name), nested ones counted each time`
      : said
    return broken(file, [
      { file, line: 1, column: 1, path: "", message: `cannot be read as YAML: ${visible(why)}` },
    ])
  }
}

function read(text: string, file: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.2",
    merge: false,
    prettyErrors: false,
  })
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const syntax = [...document.errors, ...document.warnings]
    .slice(0, maxSyntaxProblems)
    .map((error): Problem => {
      const message = messages[error.code] ?? visible(error.message.split("\n")[0] ?? error.code)
      const end = lineEnd(text, error.pos[0])
      const actual = show(text.slice(error.pos[0], end))
      return { file, ...position(error.pos[0]), path: "", message: `${message}, at ${actual}`, seen: actual }
    })
  if (syntax.length > 0) return broken(file, syntax)

  const odd = oddKeys(document, file, position)
  if (odd.length > 0) return broken(file, odd)
  const offset = (path: Path, key: boolean): number => locate(document, path, key)
  return {
    file,
    value: document.toJS({ maxAliasCount: mostAliases }),
    problems: [],
    at: (path) => position(offset(path, false)),
    atKey: (path) => position(offset(path, true)),
  }
}

/** Replaces messages of the YAML library that a reader without knowledge of YAML's grammar would not understand. */
const messages: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key occurs here twice",
  MULTIPLE_DOCS: "more than one YAML document in the file",
  TAB_AS_INDENT: "a tab is used as indentation; use spaces",
  TAG_RESOLVE_FAILED: "YAML tags are not supported",
  BAD_ALIAS: "an alias that refers to nothing",
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from)
  return end === -1 ? text.length : end
}

function broken(file: string, problems: readonly Problem[]): Source {
  const start = { line: 1, column: 1 }
  return { file, value: undefined, problems, at: () => start, atKey: () => start }
}

/** Keys that no schema can name, and that the conversion to a JavaScript object would drop without an error. */
function oddKeys(document: Document, file: string, position: (offset: number) => Position): Problem[] {
  const found: Problem[] = []
  const visit = (node: unknown): void => {
    if (isSeq(node)) node.items.forEach(visit)
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : key
      if (typeof name !== "string" || name === "__proto__" || name === "<<") {
        const at = isNode(key) ? (key.range?.[0] ?? 0) : 0
        const actual = show(isNode(name) ? name.toString() : name)
        found.push({
          file,
          ...position(at),
          path: "",
          message: `${actual} cannot be a key: keys are plain text`,
          seen: actual,
        })
      }
      visit(value)
    }
  }
  visit(document.contents)
  return found
}

/** Offset of the node at a path; as deep as the document goes. */
function locate(document: Document, path: Path, wantKey: boolean): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const [index, step] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(document) : node
    if (isMap(holder)) {
      const pair = holder.items.find((item) => isScalar(item.key) && item.key.value === step)
      if (pair === undefined) return offset
      const keyOffset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
      node = pair.value
      const isLast = index === path.length - 1
      // An empty value has no position of its own: its key's position is reported.
      const empty = !isNode(node) || (isScalar(node) && node.source === "")
      offset =
        (isLast && wantKey) || empty ? keyOffset : ((node as { range?: number[] }).range?.[0] ?? keyOffset)
    } else if (isSeq(holder) && typeof step === "number") {
      node = holder.items[step]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
