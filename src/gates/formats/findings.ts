import { type FindingFormat, findingFormats, type ToolFinding } from "../../domain/index.ts"
import { readCargoJson } from "./cargo-json.ts"
import { readCheckstyle } from "./checkstyle.ts"
import { readEslint } from "./eslint.ts"
import { readGoVet } from "./go-vet.ts"
import { readGofmt } from "./gofmt.ts"
import { readMaven } from "./maven.ts"
import { readMypy } from "./mypy.ts"
import { readPyright } from "./pyright.ts"
import { formatAmong, type ReportedComponent, withoutMark } from "./report.ts"
import { readRustfmt } from "./rustfmt.ts"
import { readSarif } from "./sarif.ts"
import { readTsc } from "./tsc.ts"

/** What a linter or a compiler has written, whatever its form. */
export interface FindingReport {
  readonly findings: readonly ToolFinding[]
  /** Why the tool could not check everything. */
  readonly problems: readonly string[]
  /** Files that it checked; null where the format does not say. */
  readonly files: number | null
  /** Files that it was given, and ignored. Default: none. */
  readonly ignored?: number
  /** Whether the tool ends with 1 for notes alone, that refuse nothing. Default: it ends with 1 for errors. */
  readonly notesEndWith1?: true
  /** Findings that comments in the code switch off. */
  readonly suppressed: number
}

/** Without the lines of regions, by which nobody knows a finding here. */
function readAnySarif(text: string, component: ReportedComponent): FindingReport {
  const report = readSarif(text, component)
  return { ...report, findings: report.findings.map(({ last: _last, ...finding }) => finding) }
}

const readers: Readonly<
  Record<FindingFormat, (text: string, component: ReportedComponent) => FindingReport>
> = {
  checkstyle: readCheckstyle,
  "eslint-json": readEslint,
  "mypy-json": readMypy,
  "pyright-json": readPyright,
  maven: readMaven,
  sarif: readAnySarif,
  tsc: (text, component) => ({ suppressed: 0, ...readTsc(text, component) }),
  "go-vet": readGoVet,
  gofmt: readGofmt,
  "cargo-json": readCargoJson,
  rustfmt: readRustfmt,
}

export function findingFormatOf(format: string): FindingFormat {
  return formatAmong(findingFormats, format)
}

/** What one run wrote, in as many files as it likes. @throws OUTPUT_UNREADABLE */
export function readFindings(
  format: FindingFormat,
  texts: readonly string[],
  component: ReportedComponent,
): FindingReport {
  const parts = texts.map((text) => readers[format](withoutMark(text), component))
  const counted = parts.flatMap(({ files }) => files ?? [])
  return {
    findings: parts.flatMap(({ findings }) => findings),
    problems: parts.flatMap(({ problems }) => problems),
    files: counted.length < parts.length ? null : counted.reduce((sum, one) => sum + one, 0),
    ignored: parts.reduce((sum, { ignored = 0 }) => sum + ignored, 0),
    ...(parts.some(({ notesEndWith1 }) => notesEndWith1) ? { notesEndWith1: true } : {}),
    suppressed: parts.reduce((sum, { suppressed }) => sum + suppressed, 0),
  }
}
