import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import type { FilePlaces } from "./code-digests.ts"

/** What code-digests.ts has written. */
export const fileCodes = z.array(
  z.object({
    ...{ file: z.string(), whole: z.string() },
    lines: z.array(z.object({ first: z.int(), last: z.int(), code: z.string() })),
  }),
)

/** A finding with the lines that it is about. */
export interface CitedFinding extends ToolFinding {
  /** The first of them, where its location is inside: a tool may point at one argument of a call. Default: that of its location. */
  readonly first?: number | undefined
  /** The last of them. Default: that of its location. */
  readonly last?: number | undefined
}

/** What stands in places of the tree, as digests. */
export class KnownCode {
  readonly #whole = new Map<string, string>()
  readonly #lines = new Map<string, string>()

  constructor(codes: z.output<typeof fileCodes>) {
    for (const { file, whole, lines } of codes) {
      this.#whole.set(file, whole)
      for (const { first, last, code } of lines) this.#lines.set(key(file, first, last), code)
    }
  }

  /** Of some lines, or of all of the file where it has no such lines; undefined where it is not there. */
  of(file: string, first?: number, last?: number): string | undefined {
    const lines = first === undefined ? undefined : this.#lines.get(key(file, first, last ?? first))
    return lines ?? this.#whole.get(file)
  }

  /** The finding, known also by the code that it is about: a waiver, or the base, has no word of other code in its place. */
  cite({ first, last, ...finding }: CitedFinding): ToolFinding {
    const { file, line } = finding.location ?? {}
    const code = file === undefined ? undefined : this.of(file, first ?? line, last ?? line)
    return { ...finding, subject: withCode(finding.subject, code) }
  }

  /** The same of one that says that a file could not be read on: any of it may be what it stumbled over. */
  citeFile({ first: _first, last: _last, ...finding }: CitedFinding): ToolFinding {
    const { file } = finding.location ?? {}
    const code = file === undefined ? undefined : this.of(file)
    return { ...finding, subject: withCode(finding.subject, code) }
  }
}

const key = (file: string, first: number, last: number): string => [file, first, last].join("\0")

/** A digest and no text: a line may hold a secret, be very long, or write over what stands beside it. */
export const withCode = (subject: string, code: string | undefined): string =>
  code === undefined ? subject : `${subject} [code ${code}]`

/** Where findings are: what code-digests.ts is asked for. */
export function placesOf(
  findings: readonly Pick<CitedFinding, "location" | "first" | "last">[],
): readonly FilePlaces[] {
  const files = new Map<string, Map<string, readonly [number, number]>>()
  for (const { location, first = location?.line, last } of findings) {
    if (location === undefined) continue
    const lines = files.get(location.file) ?? new Map<string, readonly [number, number]>()
    files.set(location.file, lines)
    const end = last ?? location.line ?? first
    if (first !== undefined && end !== undefined) lines.set(`${first}-${end}`, [first, end])
  }
  return [...files].map(([file, lines]) => ({ file, lines: [...lines.values()] }))
}
