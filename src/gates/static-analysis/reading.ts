import type { ToolFinding } from "../../domain/index.ts"
import type { FilePlaces } from "../engine/code-digests.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import { type CitedFinding, type KnownCode, placesOf } from "../engine/with-code.ts"

/** Code that a tool was given, and did not judge: a part of a file where it says from where to where, else all of it. */
export interface UnseenCode extends NotLooked {
  readonly span?: readonly [number, number] | undefined
}

/** What one of the tools says. */
export interface ToolReading {
  /** As the tool says it; undefined where it said nothing. */
  readonly version: string | undefined
  readonly findings: readonly CitedFinding[]
  /** Where it could not read on. */
  readonly unread: readonly ToolFinding[]
  readonly notLooked: readonly UnseenCode[]
  readonly errors: readonly string[]
}

/** Rule of the findings that name code which could not be parsed. */
export const unparsed = "unparsed-code"

/** All places that tools say something of. */
export function placesIn(parts: readonly ToolReading[]): readonly FilePlaces[] {
  return placesOf(
    parts.flatMap(({ findings, unread, notLooked }) => [
      ...findings,
      ...unread,
      ...notLooked.map(({ file, span }) => ({
        location: { file, ...(span === undefined ? {} : { line: span[0] }) },
        last: span?.[1],
      })),
    ]),
  )
}

/** The same, known by the code in these places. */
export function withKnownCode(part: ToolReading, known: KnownCode): ToolReading {
  return {
    ...part,
    findings: part.findings.map((one) => known.cite(one)),
    unread: part.unread.map((one) => known.citeFile(one)),
    notLooked: part.notLooked.map(({ span, ...one }) => ({
      ...one,
      code: known.of(one.file, span?.[0], span?.[1]),
    })),
  }
}
