import parseExpression from "spdx-expression-parse"
import deprecated from "spdx-license-ids/deprecated.json" with { type: "json" }
import ids from "spdx-license-ids/index.json" with { type: "json" }

/** One licence of an expression: `GPL-2.0-only WITH Classpath-exception-2.0`. */
export interface License {
  /** As the SPDX list spells it, or a reference of the package's own (`LicenseRef-…`). */
  readonly id: string
  /** `Apache-2.0+`: this version or any later one. */
  readonly orLater: boolean
  readonly exception: string | undefined
}

/** An SPDX expression, read. Several texts of one package are joined by `and`: which of them counts is not known. */
export type Expression =
  | { readonly license: License }
  | { readonly operator: "and" | "or"; readonly parts: readonly [Expression, Expression] }

const spelled = new Map([...ids, ...deprecated].map((id) => [id.toLowerCase(), id]))

/** The identifier as the SPDX list spells it; its letters' case does not count. Undefined: the list does not have it. */
export function knownId(text: string): string | undefined {
  return spelled.get(text.toLowerCase())
}

/** Null where a text is no SPDX expression: what it may mean is not guessed. */
export function readExpression(text: string): Expression | null {
  const words = text.trim().replaceAll(/[A-Za-z0-9][A-Za-z0-9.-]*/g, (word) => knownId(word) ?? word)
  if (words === "" || words.length > 2000) return null
  try {
    return expressionOf(parseExpression(words))
  } catch {
    return null
  }
}

function expressionOf(node: ReturnType<typeof parseExpression>): Expression {
  if ("conjunction" in node)
    return { operator: node.conjunction, parts: [expressionOf(node.left), expressionOf(node.right)] }
  return { license: current({ id: node.license, orLater: node.plus === true, exception: node.exception }) }
}

/** GNU's licences by their present names: `GPL-2.0` is GPL-2.0-only, `GPL-2.0+` is GPL-2.0-or-later. */
function current(license: License): License {
  const id = knownId(`${license.id}-${license.orLater ? "or-later" : "only"}`)
  return id === undefined ? license : { ...license, id, orLater: false }
}

/** The licence that a list names. Null: the SPDX list has none of this name. */
export function readListed(text: string): License | null {
  const read = readExpression(text)
  return read !== null && "license" in read ? read.license : null
}

/** The versions that may be chosen of a licence of GNU "or later", the oldest first. */
export function versionsOf({ id, exception }: License): readonly License[] {
  const [, family, version] = /^([A-Z]+)-(\d+(?:\.\d+)*)-or-later$/.exec(id) ?? []
  if (family === undefined || version === undefined) return []
  const only = new RegExp(`^${family}-(\\d+(?:\\.\\d+)*)-only$`)
  return ids
    .flatMap((one) => {
      const found = only.exec(one)?.[1]
      return found !== undefined && found >= version ? [{ id: one, orLater: false, exception }] : []
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function licenseText({ id, orLater, exception }: License): string {
  return `${id}${orLater ? "+" : ""}${exception === undefined ? "" : ` WITH ${exception}`}`
}
