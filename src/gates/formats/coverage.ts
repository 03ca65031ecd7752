import { z } from "zod"
import { type CoverageFormat, coverageFormats } from "../../domain/report-formats.ts"
import { readJson } from "./read.ts"
import { type CoverageReport, formatAmong, unreadableReport } from "./report.ts"
import { allNamed, childrenNamed, countAt, readXml } from "./xml.ts"

const istanbulSummary = z.looseObject({
  total: z.object({ lines: z.object({ total: z.int().min(0), covered: z.int().min(0) }) }),
})

interface Counts {
  readonly lines: number
  readonly covered: number
}

/** Lines that could have been run, and those that were. @throws OUTPUT_UNREADABLE where the text is not of that form. */
export function readCoverageReport(format: CoverageFormat, text: string): CoverageReport {
  const report = readers[format](text)
  if (report.covered <= report.lines) return report
  throw unreadableReport(format, `${report.covered} of ${report.lines} lines cannot be covered`)
}

export function coverageFormatOf(format: string): CoverageFormat {
  return formatAmong(coverageFormats, format)
}

/** What one run measured, in as many files as its parts write. @throws OUTPUT_UNREADABLE */
export function readCoverage(format: CoverageFormat, texts: readonly string[]): CoverageReport {
  const parts = texts.map((text) => readCoverageReport(format, text))
  return {
    lines: parts.reduce((sum, { lines }) => sum + lines, 0),
    covered: parts.reduce((sum, { covered }) => sum + covered, 0),
    files: [...new Set(parts.flatMap(({ files }) => files))],
  }
}

const readers: Readonly<Record<CoverageFormat, (text: string) => CoverageReport>> = {
  istanbul,
  lcov,
  cobertura,
  jacoco,
  "go-cover": goCover,
}

function istanbul(text: string): CoverageReport {
  const { total, ...files } = readJson("the coverage reporter", text, istanbulSummary)
  return { lines: total.lines.total, covered: total.lines.covered, files: Object.keys(files) }
}

/** `DA:LINE,HITS` of each `SF:FILE`: the sums `LF` and `LH` are left out by some, and a file may stand there twice. */
function lcov(text: string): CoverageReport {
  const hits = new Map<string, boolean>()
  const files = new Set<string>()
  let file: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("SF:")) {
      file = line.slice(3)
      files.add(file)
    } else if (line === "end_of_record") file = undefined
    else if (line.startsWith("DA:")) {
      const [, number, count] = /^DA:(\d+),(-?\d+)/.exec(line) ?? []
      if (file === undefined || number === undefined || count === undefined)
        throw unreadableReport("lcov", `${line.slice(0, 80)} is no line of a file`)
      const key = `${file}:${number}`
      hits.set(key, hits.get(key) === true || Number(count) > 0)
    }
  }
  if (files.size === 0) throw unreadableReport("lcov", "it names no file (SF:)")
  return { ...counted(hits), files: [...files] }
}

/** The lines of each class: the root's own sums are rounded or left out by some. Methods repeat lines of their class. */
function cobertura(text: string): CoverageReport {
  const root = readXml("cobertura", text)
  if (root.name !== "coverage") throw unreadableReport("cobertura", `it begins with <${root.name}>`)
  const hits = new Map<string, boolean>()
  const classes = allNamed(root, "class")
  for (const one of classes)
    for (const line of childrenNamed(one, "lines").flatMap((lines) => childrenNamed(lines, "line"))) {
      const key = `${one.attributes.filename ?? ""}:${countAt("cobertura", line, "number")}`
      hits.set(key, hits.get(key) === true || countAt("cobertura", line, "hits") > 0)
    }
  return { ...counted(hits), files: classes.flatMap(({ attributes }) => attributes.filename ?? []) }
}

function jacoco(text: string): CoverageReport {
  const root = readXml("jacoco", text)
  if (root.name !== "report") throw unreadableReport("jacoco", `it begins with <${root.name}>`)
  // The report's own counter is the last: those of packages and groups stand inside of them.
  const lines = childrenNamed(root, "counter").find(({ attributes }) => attributes.type === "LINE")
  const files = allNamed(root, "sourcefile").flatMap(({ attributes }) => attributes.name ?? [])
  // A report of classes without line numbers has none, and one without classes neither.
  if (lines === undefined) return { lines: 0, covered: 0, files }
  const covered = countAt("jacoco", lines, "covered")
  return { lines: covered + countAt("jacoco", lines, "missed"), covered, files }
}

/** `FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT` after `mode:`; each package's run may name a block again. */
function goCover(text: string): CoverageReport {
  const [mode = "", ...lines] = text.split(/\r?\n/)
  if (!/^mode: (set|count|atomic)$/.test(mode))
    throw unreadableReport("go-cover", `it begins with ${JSON.stringify(mode.slice(0, 40))}, not with mode:`)
  const blocks = new Map<string, { statements: number; hit: boolean }>()
  for (const line of lines) {
    if (line === "") continue
    const [, block, statements, count] = /^(\S.*:\d+\.\d+,\d+\.\d+) (\d{1,9}) (\d+)$/.exec(line) ?? []
    if (block === undefined) throw unreadableReport("go-cover", `${line.slice(0, 80)} is no block`)
    const hit = blocks.get(block)?.hit === true || Number(count) > 0
    blocks.set(block, { statements: Number(statements), hit })
  }
  const sum = (all: Iterable<{ statements: number }>) =>
    [...all].reduce((total, one) => total + one.statements, 0)
  return {
    lines: sum(blocks.values()),
    covered: sum([...blocks.values()].filter(({ hit }) => hit)),
    files: [...new Set([...blocks.keys()].map((block) => block.slice(0, block.lastIndexOf(":"))))],
  }
}

function counted(hits: ReadonlyMap<string, boolean>): Counts {
  return { lines: hits.size, covered: [...hits.values()].filter(Boolean).length }
}
