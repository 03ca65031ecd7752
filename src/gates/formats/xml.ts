import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml"
import { unreadableReport } from "./report.ts"

/** One element; entities of a document's own are not resolved, and nothing is loaded from elsewhere. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** Elements within each other; reports have less than ten. All that reads elements calls itself once for each level. */
const deepest = 200

/** @throws OUTPUT_UNREADABLE */
export function readXml(form: string, text: string): Element {
  try {
    const { root } = parseXml(text)
    if (root === null) throw unreadableReport(form, "it has no element")
    return elementOf(root, form, 1)
  } catch (cause) {
    // The parser calls itself, too, and runs out of stack first where elements are nested by the thousands.
    if (cause instanceof RangeError) throw tooDeep(form, cause)
    if (!(cause instanceof XmlError)) throw cause
    throw unreadableReport(form, cause.message.split("\n")[0] ?? "it is no XML", cause)
  }
}

export function childrenNamed(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name)
}

/** All elements of a name, however deep. */
export function allNamed(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...allNamed(child, name),
  ])
}

/** A whole number that an attribute must be. @throws OUTPUT_UNREADABLE */
export function countAt(form: string, element: Element, name: string): number {
  const text = element.attributes[name] ?? ""
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw unreadableReport(form, `${element.name}: ${name} is ${JSON.stringify(text)}, not a count`)
}

function tooDeep(form: string, cause?: RangeError) {
  return unreadableReport(form, `its elements are nested more than ${deepest} deep`, cause)
}

function elementOf(element: XmlElement, form: string, depth: number): Element {
  if (depth > deepest) throw tooDeep(form)
  const { attributes } = element
  // Reports have one vocabulary: `x:failure` is a failure.
  const name = element.name.replace(/^.*:/, "")
  const children = element.children
    .filter((child) => child instanceof XmlElement)
    .map((child) => elementOf(child, form, depth + 1))
  return { name, attributes, children, text: element.text }
}
