/** The texts of a scan, written under neutral names, and the way back from a finding in one of them to its place. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { contentsOf } from "./contents.ts"
import type { Hunk, ScannedCommit } from "./patch.ts"
import { isGenerated, neutralName, readable } from "./texts.ts"
import { partsOf } from "./windows.ts"

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
  readonly source: Pick<Source, "file" | "commit">
  /** For each hunk, its first line in the text and in the file. */
  readonly starts: readonly (readonly [text: number, file: number])[]
  /** Lines of the text before this part of it. */
  readonly linesBefore: number
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

/** A long word of a path, which may be a token. */
const longWord = /[\w-]{20,}/

/** Names of files of which a change alone, without all of the file, says nothing. */
const packedName =
  /\.(?:t?gz|tgz|zip|[jwe]ar|aar|whl|egg|nupkg|apk|tar|bz2|xz|zst|7z|rar|docx|xlsx|pptx|od[tsp])$/i

export class Texts {
  readonly #directory: string
  readonly #places = new Map<string, Place>()
  readonly #unsearched: Unsearched[] = []
  readonly #paths = new Set<string>()
  /** Files of which a commit's change does not hold the beginning or a part in between. */
  readonly #partial = new Set<string>()
  readonly #packed = new Set<string>()
  /** Findings of a guess that do not count, because they are in generated content. */
  guesses = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  get count(): number {
    return this.#places.size
  }

  get unsearched(): readonly Unsearched[] {
    const partial = [...this.#partial].filter((file) => packedName.test(file) || this.#packed.has(file))
    const why = "a change within a packed file, which git does not give as a whole"
    return [...this.#unsearched, ...partial.map((file) => ({ file, why }))]
  }

  leaveOut(unsearched: Unsearched): void {
    this.#unsearched.push(unsearched)
  }

  add(source: Source): void {
    const { file, hunks } = source
    const whole = joined(hunks.flatMap(({ lines }) => lines))
    const { inner, unsearched, replaced, packed } = contentsOf(whole)
    if (packed) this.#packed.add(file)
    if (hunks.length > 1 || (hunks[0]?.line ?? 1) > 1) this.#partial.add(file)
    for (const why of unsearched) this.#unsearched.push({ file, why })
    for (const { name, content, line } of inner) {
      const at = line === undefined ? 1 : lineOf(hunks, line)
      this.#write({ ...source, hunks: [{ line: at, lines: [content] }] }, content, name === "" ? file : name)
    }
    if (!replaced) this.#write(source, whole, file)
    this.#addPath(source)
  }

  /** The path itself, once. */
  #addPath({ file, commit }: Source): void {
    if (this.#paths.has(file) || !longWord.test(file)) return
    this.#paths.add(file)
    const path = Buffer.from(file)
    const source = { file, ...(commit === undefined ? {} : { commit }) }
    this.#store("", Buffer.concat([lineBreak, path, lineBreak]), {
      ...{ source, starts: [[2, 1]], linesBefore: 0, generated: true },
    })
  }

  /**
   * Each text begins with an empty line: by its first bytes, gitleaks would take some files for binary and skip them.
   * @param name by which it is known what the text is: that of an archive's member
   */
  #write(source: Source, whole: Buffer, name: string): void {
    const starts: (readonly [number, number])[] = []
    const parts: Buffer[] = []
    let next = 2
    for (const { line, lines } of source.hunks) {
      const text = joined(lines)
      starts.push([next, line])
      parts.push(lineBreak, readable(text), lineBreak)
      next += breaksIn(text) + 2
    }
    const generated = isGenerated(name, whole)
    for (const { bytes, linesBefore } of partsOf(Buffer.concat(parts)))
      this.#store(name, linesBefore === 0 ? bytes : Buffer.concat([lineBreak, bytes]), {
        ...{ source, starts, generated },
        linesBefore: linesBefore === 0 ? 0 : linesBefore - 1,
      })
  }

  #store(name: string, text: Buffer, place: Place): void {
    const file = neutralName(this.#places.size, name)
    const path = join(this.#directory, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    this.#places.set(file, place)
  }

  /** The report of gitleaks with the places that its texts come from. @throws a report of a file that was not written */
  placed<L extends ReportedLeak>(leaks: readonly L[]): L[] {
    const found = leaks.flatMap((leak): (L & { isMerge: boolean })[] => {
      const place = this.#places.get(leak.File)
      if (place === undefined) throw new Error(`gitleaks reports ${leak.File}, which is no text of this scan`)
      if (place.generated && leak.RuleID === guess) {
        this.guesses += 1
        return []
      }
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

function lineIn({ starts, linesBefore }: Place, lineOfPart: number): number {
  const line = linesBefore + lineOfPart
  const [text, file] = starts.findLast(([start]) => start <= line) ?? starts[0] ?? [1, 1]
  return file + Math.max(0, line - text)
}

/** The line in the file of the nth line of all hunks together. */
function lineOf(hunks: readonly Hunk[], nth: number): number {
  let before = 0
  for (const { line, lines } of hunks) {
    const count = lines.reduce((sum, one) => sum + 1 + breaksIn(one), 0)
    if (nth <= before + count) return line + nth - before - 1
    before += count
  }
  return hunks[0]?.line ?? 1
}

function breaksIn(text: Buffer): number {
  return text.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0)
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
