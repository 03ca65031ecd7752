import { isMap, isScalar, parseDocument } from "yaml"
import { unresolved } from "./reference.ts"
import type { ToolboxFile } from "./schema.ts"

/** An image of a toolbox file without a digest. */
export interface OpenImage {
  /** Where the file has it: `tools.node`. */
  readonly name: string
  readonly image: string
}

interface Source {
  readonly image?: string | undefined
  readonly digest: string
}

/** The images of a toolbox file that have no digest, in the order of the file's own schema. */
export function openImages({ tools, databases, schemas, cluster }: ToolboxFile): readonly OpenImage[] {
  const named: [string, Source | undefined][] = [
    ...Object.entries(tools).map(([name, tool]): [string, Source | undefined] => [`tools.${name}`, tool]),
    ...Object.entries(databases).map(([name, one]): [string, Source | undefined] => [
      `databases.${name}`,
      one,
    ]),
    ["schemas.kubernetes", schemas.kubernetes],
    ["cluster", cluster],
  ]
  return named.flatMap(([name, source]) =>
    source?.image !== undefined && source.digest === unresolved ? [{ name, image: source.image }] : [],
  )
}

/**
 * The text of a toolbox file with digests in the places of images, and otherwise unchanged: comments and order stay.
 * @param digests by the name of the place. One that the text does not have is left out.
 */
export function withDigests(text: string, digests: ReadonlyMap<string, string>): string {
  const document = parseDocument(text, { version: "1.2", merge: false })
  const edits = [...digests].flatMap(([name, digest]) =>
    editOf(text, document.getIn(name.split("."), true), digest),
  )
  // From the end: an edit moves what stands behind it.
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: put }) => `${all.slice(0, start)}${put}${all.slice(end)}`, text)
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function editOf(text: string, node: unknown, digest: string): readonly Edit[] {
  if (!isMap(node)) return []
  const present = node.get("digest", true)
  if (isScalar(present) && present.range) {
    const [start, end] = present.range
    // An empty value stands right behind the colon.
    return [{ start, end, text: start === end ? ` ${digest}` : digest }]
  }
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === "image")
  if (pair === undefined || !isScalar(pair.key) || !isScalar(pair.value)) return []
  const [at] = pair.key.range ?? []
  const [, end] = pair.value.range ?? []
  if (at === undefined || end === undefined) return []
  if (node.flow === true) return [{ start: end, end, text: `, digest: ${digest}` }]
  const line = text.lastIndexOf("\n", at - 1) + 1
  const next = text.indexOf("\n", end)
  const place = next < 0 ? text.length : next
  return [{ start: place, end: place, text: `\n${" ".repeat(at - line)}digest: ${digest}` }]
}
