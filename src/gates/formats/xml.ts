import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml"
import { unreadableReport } from "./report.ts"

/** One element; entities of a document's own are not resolved, and nothing is loaded from elsewhere. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** @throws OUTPUT_UNREADABLE */
export function readXml(form: string, text: string): Element {
  try {
    const { root } = parseXml(text)
    if (root === null) throw unreadableReport(form, "it has no element")
    return elementOf(root)
  } catch (cause) {
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

function elementOf(element: XmlElement): Element {
  const { name, attributes } = element
  const children = element.children.filter((child) => child instanceof XmlElement).map(elementOf)
  return { name, attributes, children, text: element.text }
}
