import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from "yaml"

/** One item of a rules file. */
export interface Item {
  readonly kind: "rule" | "macro" | "list"
  readonly name: string
  readonly file: string
  readonly line: number
  /** Each key with its value as plain data, and its line. */
  readonly keys: ReadonlyMap<
    string,
    { readonly value: unknown; readonly line: number; readonly text?: string }
  >
}

/** What cannot be read as an item, and where. */
export interface Unreadable {
  readonly file: string
  readonly line: number
  readonly why: string
}

export interface RulesFile {
  readonly items: readonly Item[]
  readonly unreadable: readonly Unreadable[]
}

interface Reading {
  lineOf(at: number | undefined): number
  /** The value of a node as plain data, that of an alias too. */
  plainOf(node: Node): unknown
}

const kinds = ["rule", "macro", "list"] as const
const versions = ["required_engine_version", "required_plugin_versions"]

/** The items of a rules file: a list of maps, in one document or several. */
export function itemsOf(file: string, text: string): RulesFile {
  const lines = new LineCounter()
  const items: Item[] = []
  const unreadable: Unreadable[] = []
  const lineOf = (at: number | undefined) => lines.linePos(at ?? 0).line
  const refuse = (at: number | undefined, why: string) => unreadable.push({ file, line: lineOf(at), why })
  for (const document of parseAllDocuments(text, { lineCounter: lines, logLevel: "error" })) {
    const [problem] = document.errors
    if (problem !== undefined) {
      refuse(problem.pos[0], `it is no YAML: ${problem.message.split("\n")[0]?.replace(/ at line .*/, "")}`)
      continue
    }
    const { contents } = document
    if (contents === null || (isScalar(contents) && contents.value === null)) continue
    if (!isSeq(contents)) {
      refuse(contents.range?.[0], "it is no list of rules, macros and lists")
      continue
    }
    for (const entry of contents.items as readonly Node[]) {
      const at = entry.range?.[0]
      if (isScalar(entry) && entry.value === null) continue
      if (!isMap(entry)) refuse(at, "an item is no map")
      else {
        const plainOf = (node: Node) => node.toJS(document, { maxAliasCount: 100 }) as unknown
        const found = readable(() => itemIn(entry, file, { lineOf, plainOf }))
        if (typeof found === "string") refuse(at, found)
        else if (found !== null) items.push(found)
      }
    }
  }
  return { items, unreadable }
}

/** Aliases that would grow without end are told as any other form that nobody reads. */
function readable<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof ReferenceError) return error.message
    throw error
  }
}

/** Null: it says which versions are needed, and defines nothing. */
function itemIn(entry: YAMLMap, file: string, { lineOf, plainOf }: Reading): Item | null | string {
  const keys = new Map<string, { value: unknown; line: number; text?: string }>()
  for (const { key, value } of entry.items) {
    if (!isScalar(key)) return "a key of an item is no text"
    const node = value as Node | null
    const plain = node === null ? null : plainOf(node)
    const line = lineOf(key.range?.[0])
    keys.set(String(key.value), { value: plain, line, ...(typeof plain === "string" ? { text: plain } : {}) })
  }
  const named = kinds.filter((kind) => keys.has(kind))
  const [kind, second] = named
  if (kind === undefined)
    return versions.some((one) => keys.has(one))
      ? null
      : `an item is neither rule, macro nor list: it has ${[...keys.keys()].join(", ") || "no key"}`
  if (second !== undefined) return `an item is ${named.join(" and ")} at once`
  const name = keys.get(kind)?.value
  if (typeof name !== "string" || name.trim() === "") return `a ${kind} has no name`
  return { kind, name, file, line: lineOf(entry.range?.[0]), keys }
}
