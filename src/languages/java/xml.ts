import { parseXml, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml"
import { SignalboxError } from "../../domain/index.ts"

/** One element of a pom, and the line that it begins in. */
export interface Element {
  readonly name: string
  readonly line: number
  readonly text: string
  readonly children: readonly Element[]
}

/** @throws CONFIG_INVALID where the text is no XML */
export function readElements(text: string, file: string): Element {
  try {
    const { root } = parseXml(text, { includeOffsets: true })
    if (root !== null) return elementOf(root, lineAt(text))
    throw unreadable(file, "it has no element")
  } catch (cause) {
    if (!(cause instanceof XmlError) && !(cause instanceof RangeError)) throw cause
    const at = cause instanceof XmlError ? `${file}:${cause.line}` : file
    throw unreadable(at, cause.message.split("\n")[0] ?? "it is no XML", cause)
  }
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((one) => one.name === name)
}

/** The element that a path of names leads to. */
export function at(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce(child, element)
}

/** All elements of a name, however deep. */
export function allNamed(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((one) => [...(one.name === name ? [one] : []), ...allNamed(one, name)])
}

function unreadable(where: string, why: string, cause?: unknown): SignalboxError {
  const [file = ""] = where.split(":")
  return new SignalboxError(
    "CONFIG_INVALID",
    { what: `${file} cannot be read`, where, why, next: "correct it: Maven could not read it either" },
    { cause },
  )
}

function elementOf(element: XmlElement, lineOf: (offset: number) => number): Element {
  const texts = element.children.flatMap((one) => (one instanceof XmlText ? [one.text] : []))
  const children = element.children.flatMap((one) =>
    one instanceof XmlElement ? [elementOf(one, lineOf)] : [],
  )
  return { name: element.name, line: lineOf(element.start), text: texts.join("").trim(), children }
}

/** Lines begin with 1. */
function lineAt(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1
}
