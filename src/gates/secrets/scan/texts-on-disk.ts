/** The texts of a scan, written under neutral names, and the way back from a finding in one of them to its place. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Hunk, ScannedCommit } from "./patch.ts"
import { contentOf, isGenerated, neutralName, readable } from "./texts.ts"

/** A file, or what a commit adds to it. */
export interface Source {
  readonly file: string
  /** Absent: a file of the tree. */
  readonly commit?: ScannedCommit
  readonly hunks: readonly Hunk[]
}

/** A path whose content was not searched, and why. */
export interface Unsearched {
  readonly file: string
  readonly why: string
}

/** Where a text comes from. */
interface Place {
  readonly source: Source
  /** For each hunk, its first line in the text and in the file. */
  readonly starts: readonly (readonly [text: number, file: number])[]
  readonly generated: boolean
}

/** A finding as gitleaks writes it; other keys stay as they are. */
export interface ReportedLeak {
  readonly RuleID: string
  readonly File: string
  readonly StartLine: number
  readonly EndLine: number
  readonly Match: string
  readonly Entropy: number
}

/** A guess by entropy, which says nothing about text that is random anyway. */
const guess = "generic-api-key"

const lineBreak = Buffer.from("\n")

export class Texts {
  readonly #directory: string
  readonly #places = new Map<string, Place>()
  readonly unsearched: Unsearched[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  get count(): number {
    return this.#places.size
  }

  add(source: Source): void {
    const whole = joined(source.hunks.flatMap(({ lines }) => lines))
    const inner = contentOf(whole)
    if (inner !== undefined && "content" in inner)
      this.#write({ ...source, hunks: [{ line: 1, lines: [inner.content] }] }, inner.content)
    else if (inner !== undefined) this.unsearched.push({ file: source.file, why: inner.why })
    this.#write(source, whole)
  }

  /** Each text begins with an empty line: by its first bytes, gitleaks would take some files for binary and skip them. */
  #write(source: Source, whole: Buffer): void {
    const starts: (readonly [number, number])[] = []
    const parts: Buffer[] = []
    let next = 2
    for (const { line, lines } of source.hunks) {
      const text = joined(lines)
      starts.push([next, line])
      parts.push(lineBreak, readable(text), lineBreak)
      next += text.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0) + 2
    }
    const name = neutralName(this.#places.size, source.file)
    const path = join(this.#directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.concat(parts))
    this.#places.set(name, { source, starts, generated: isGenerated(source.file, whole) })
  }

  /** The report of gitleaks with the places that its texts come from. @throws a report of a file that was not written */
  placed<L extends ReportedLeak>(leaks: readonly L[]): L[] {
    const found = leaks.flatMap((leak): (L & { isMerge: boolean })[] => {
      const place = this.#places.get(leak.File)
      if (place === undefined) throw new Error(`gitleaks reports ${leak.File}, which is no text of this scan`)
      if (place.generated && leak.RuleID === guess) return []
      const { file, commit } = place.source
      const line = lineIn(place, leak.StartLine)
      const EndLine = line + leak.EndLine - leak.StartLine
      const at = { File: file, StartLine: line, EndLine, Commit: commit?.id ?? "", Date: commit?.date ?? "" }
      // As gitleaks writes it: its own names the text.
      const Fingerprint = [...(commit === undefined ? [] : [commit.id]), file, leak.RuleID, line].join(":")
      return [{ ...leak, ...at, Fingerprint, Ref: commit?.ref ?? "", isMerge: commit?.isMerge ?? false }]
    })
    return distinct(found)
  }
}

function lineIn({ starts }: Place, line: number): number {
  const [text, file] = starts.findLast(([start]) => start <= line) ?? starts[0] ?? [1, 1]
  return file + Math.max(0, line - text)
}

/** A merge also shows what one of its conflicts took over: that is told where it was committed. A place counts once. */
function distinct<L extends ReportedLeak & { readonly isMerge: boolean; readonly Commit?: string }>(
  found: readonly L[],
): L[] {
  const secret = ({ RuleID, File, Match, Entropy }: L) => [RuleID, File, Match, Entropy].join("\0")
  const elsewhere = new Set(found.filter(({ isMerge }) => !isMerge).map(secret))
  const seen = new Set<string>()
  return found.filter((leak) => {
    const place = [secret(leak), leak.Commit, leak.StartLine].join("\0")
    const known = seen.has(place) || (leak.isMerge && elsewhere.has(secret(leak)))
    seen.add(place)
    return !known
  })
}

function joined(lines: readonly Buffer[]): Buffer {
  const parts = lines.flatMap((line, index) => (index === 0 ? [line] : [lineBreak, line]))
  return Buffer.concat(parts)
}
