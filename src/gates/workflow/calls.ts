import { posix } from "node:path"
import { isAlias, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml"

/** A directory or file of the tree that a workflow or an action calls. */
export interface LocalCall {
  /** As it is written. */
  readonly uses: string
  readonly line: number
  /** Where it may lie, below the root: in the tree itself, or in a checkout of it that stands in another directory. */
  readonly places: readonly string[]
}

/** Keys below which `uses` is a word like any other. */
const notCalls = ["with", "env", "inputs", "outputs", "matrix"]

/** What of the repository a text calls. None where it is no YAML: the linters refuse that. */
export function localCalls(text: string): readonly LocalCall[] {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { uniqueKeys: false, lineCounter })
  if (document.errors.length > 0) return []
  const scalarOf = (node: unknown): unknown => {
    const meant = isAlias(node) ? node.resolve(document) : node
    return isScalar(meant) ? meant.value : undefined
  }
  const uses: { readonly text: string; readonly line: number }[] = []
  const checkouts: string[] = []
  visit(document, {
    Pair(_, pair, ancestors) {
      const below = ancestors.flatMap((one) => (isPair(one) ? [String(scalarOf(one.key))] : []))
      const key = scalarOf(pair.key)
      const value = scalarOf(pair.value)
      if (typeof value !== "string") return
      const parent = ancestors.at(-1)
      if (key === "path" && below.at(-1) === "with" && isMap(parent) && !parent.has("repository"))
        checkouts.push(posix.normalize(value))
      if (key !== "uses" || !/^[.$]\//.test(value) || below.some((name) => notCalls.includes(name))) return
      const at = (pair.value as Node | null)?.range?.[0] ?? 0
      uses.push({ text: value, line: lineCounter.linePos(at).line })
    },
  })
  return uses.map(({ text: written, line }) => ({
    uses: written,
    line,
    places: placesOf(written, checkouts),
  }))
}

/** Without a slash at the end; the root is the empty text. */
function placesOf(uses: string, checkouts: readonly string[]): readonly string[] {
  const place = posix.normalize(uses.slice(2)).replace(/^\.?\/+|\/+$|^\.$/g, "")
  const inside = checkouts
    .map((path) => path.replace(/^\.\/|\/+$/g, ""))
    .filter((path) => place === path || place.startsWith(`${path}/`))
    .map((path) => place.slice(path.length + 1))
  return [place, ...inside]
}
