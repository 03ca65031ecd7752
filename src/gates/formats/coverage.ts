import { z } from "zod"
import { type CoverageFormat, coverageFormats } from "../../domain/report-formats.ts"
import { readJson } from "./read.ts"
import { type CoverageReport, formatAmong, unreadableReport, withoutMark } from "./report.ts"
import { allNamed, childrenNamed, countAt, readXml } from "./xml.ts"

const lineCounts = z.object({ total: z.int().min(0), covered: z.int().min(0) })
const istanbulSummary = z.looseObject({ total: z.object({ lines: lineCounts }) })

/** Lines that could have been run, and those that were. */
interface Counts {
  readonly lines: number
  readonly covered: number
}

/** What one report tells. */
interface Measured {
  readonly files: readonly string[]
  /** Lines, or blocks of several statements, by their place. */
  readonly places?: ReadonlyMap<string, { readonly weight: number; readonly hit: boolean }>
  /** What is known by numbers alone: of a file, or of all under a name that no file has. */
  readonly counts?: ReadonlyMap<string, Counts>
}

/** Lines that could have been run, and those that were. @throws OUTPUT_UNREADABLE where the text is not of that form. */
export function readCoverageReport(format: CoverageFormat, text: string): CoverageReport {
  return readCoverage(format, [text])
}

export function coverageFormatOf(format: string): CoverageFormat {
  return formatAmong(coverageFormats, format)
}

/**
 * What one run measured, in as many files as its parts write. A line that several of them name counts once: a file that
 * every part loads would otherwise count for many.
 * @throws OUTPUT_UNREADABLE
 */
export function readCoverage(format: CoverageFormat, texts: readonly string[]): CoverageReport {
  const parts = texts.map((text, index) => readers[format](withoutMark(text), `report ${index}`))
  const places = new Map<string, { weight: number; hit: boolean }>()
  const counts = new Map<string, Counts>()
  for (const part of parts) {
    for (const [place, { weight, hit }] of part.places ?? [])
      places.set(place, { weight, hit: hit || places.get(place)?.hit === true })
    for (const [file, { lines, covered }] of part.counts ?? []) {
      if (covered > lines) throw unreadableReport(format, `${covered} of ${lines} lines cannot be covered`)
      const known = counts.get(file) ?? { lines: 0, covered: 0 }
      counts.set(file, {
        lines: Math.max(lines, known.lines),
        covered: Math.max(covered, known.covered),
      })
    }
  }
  const [all, hit] = [[...places.values()], [...places.values()].filter((one) => one.hit)]
  return {
    lines: weightOf(all) + sumOf(counts.values(), ({ lines }) => lines),
    covered: weightOf(hit) + sumOf(counts.values(), ({ covered }) => covered),
    files: [...new Set(parts.flatMap(({ files }) => files))],
  }
}

function weightOf(places: readonly { readonly weight: number }[]): number {
  return sumOf(places, ({ weight }) => weight)
}

function sumOf<T>(all: Iterable<T>, numberOf: (one: T) => number): number {
  return [...all].reduce((sum, one) => sum + numberOf(one), 0)
}

/** @param part a name for a report of which only the sum is known. */
const readers: Readonly<Record<CoverageFormat, (text: string, part: string) => Measured>> = {
  istanbul,
  lcov,
  cobertura,
  jacoco,
  "go-cover": goCover,
}

function istanbul(text: string, part: string): Measured {
  const { total, ...files } = readJson("the coverage reporter", text, istanbulSummary)
  const names = Object.keys(files)
  const perFile = z.record(z.string(), z.looseObject({ lines: lineCounts })).safeParse(files)
  const counts = Object.entries(perFile.data ?? {}).map(
    ([file, { lines }]) => [file, countsOf(lines)] as const,
  )
  const isWhole = perFile.success && sumOf(counts, ([, { lines }]) => lines) === total.lines.total
  return { files: names, counts: new Map(isWhole ? counts : [[part, countsOf(total.lines)]]) }
}

function countsOf({ total, covered }: z.output<typeof lineCounts>): Counts {
  return { lines: total, covered }
}

/**
 * `DA:LINE,HITS` of each `SF:FILE`, where a file may stand twice. The sum `LF` is left out by some; where it is larger, the file
 * has lines that no `DA` names, and a record with neither measures nothing.
 */
function lcov(text: string): Measured {
  const places = new Map<string, { weight: number; hit: boolean }>()
  const files = new Map<string, { named: number; found: number; hit: number; told: boolean }>()
  let file: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const [, sum, count] = /^(LF|LH):(\d{1,9})$/.exec(line) ?? []
    if (line.startsWith("SF:")) {
      file = line.slice(3).replace(/^\.\//, "")
      if (!files.has(file)) files.set(file, { named: 0, found: 0, hit: 0, told: false })
    } else if (line === "end_of_record") file = undefined
    else if (line.startsWith("DA:")) {
      const [, number, hits] = /^DA:(\d+),(-?\d+)/.exec(line) ?? []
      const record = file === undefined ? undefined : files.get(file)
      if (record === undefined || number === undefined || hits === undefined)
        throw unreadableReport("lcov", `${line.slice(0, 80)} is no line of a file`)
      const key = `${file}:${number}`
      if (!places.has(key)) record.named += 1
      record.told = true
      places.set(key, { weight: 1, hit: places.get(key)?.hit === true || Number(hits) > 0 })
    } else if (sum !== undefined && file !== undefined) {
      const record = files.get(file)
      if (record === undefined) continue
      record.told = true
      if (sum === "LF") record.found = Math.max(record.found, Number(count))
      else record.hit = Math.max(record.hit, Number(count))
    }
  }
  if (files.size === 0) throw unreadableReport("lcov", "it names no file (SF:)")
  const told = [...files].filter(([, record]) => record.told)
  const counts = told.flatMap(([name, { named, found, hit }]) =>
    found > named ? [[name, { lines: found - named, covered: named === 0 ? hit : 0 }] as const] : [],
  )
  return { files: told.map(([name]) => name), places, counts: new Map(counts) }
}

/** The lines of each class: the root's own sums are rounded or left out by some. Methods repeat lines of their class. */
function cobertura(text: string): Measured {
  const root = readXml("cobertura", text)
  if (root.name !== "coverage") throw unreadableReport("cobertura", `it begins with <${root.name}>`)
  const places = new Map<string, { weight: number; hit: boolean }>()
  const classes = allNamed(root, "class")
  for (const one of classes)
    for (const line of childrenNamed(one, "lines").flatMap((lines) => childrenNamed(lines, "line"))) {
      const { filename, name = "" } = one.attributes
      const key = `${filename ?? `class ${name}`}:${countAt("cobertura", line, "number")}`
      const hit = countAt("cobertura", line, "hits") > 0
      places.set(key, { weight: 1, hit: hit || places.get(key)?.hit === true })
    }
  return { places, files: classes.flatMap(({ attributes }) => attributes.filename ?? []) }
}

function jacoco(text: string, part: string): Measured {
  const root = readXml("jacoco", text)
  if (root.name !== "report") throw unreadableReport("jacoco", `it begins with <${root.name}>`)
  // The report's own counter is the last: those of packages and groups stand inside of them.
  const lines = childrenNamed(root, "counter").find(({ attributes }) => attributes.type === "LINE")
  const files = allNamed(root, "sourcefile").flatMap(({ attributes }) => attributes.name ?? [])
  // A report of classes without line numbers has none, and one without classes neither.
  if (lines === undefined) return { files }
  const covered = countAt("jacoco", lines, "covered")
  const counts = { lines: covered + countAt("jacoco", lines, "missed"), covered }
  return { files, counts: new Map([[part, counts]]) }
}

/** `FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT` after `mode:`; each package's run may name a block again. */
function goCover(text: string): Measured {
  const [mode = "", ...lines] = text.split(/\r?\n/)
  if (!/^mode: (set|count|atomic)$/.test(mode))
    throw unreadableReport("go-cover", `it begins with ${JSON.stringify(mode.slice(0, 40))}, not with mode:`)
  const places = new Map<string, { weight: number; hit: boolean }>()
  for (const line of lines) {
    if (line === "") continue
    const [, block, statements, count] = /^(\S.*:\d+\.\d+,\d+\.\d+) (\d{1,9}) (\d+)$/.exec(line) ?? []
    if (block === undefined) throw unreadableReport("go-cover", `${line.slice(0, 80)} is no block`)
    const hit = places.get(block)?.hit === true || Number(count) > 0
    places.set(block, { weight: Number(statements), hit })
  }
  return {
    places,
    files: [...new Set([...places.keys()].map((block) => block.slice(0, block.lastIndexOf(":"))))],
  }
}
