import { posix } from "node:path"
import { z } from "zod"
import type { ToolFinding, ToolIdentity } from "../../../domain/index.ts"
import { readJson, unreadable } from "../../formats/read.ts"
import type { ToolOutcome } from "../../gate.ts"
import { type CitedFinding, fileCodes, KnownCode } from "../with-code.ts"
import { repeatedKey } from "./repeated-key.ts"

/** What main.ts has written of a run. */
const looked = z.object({
  version: z.string().min(1),
  batches: z.array(z.object({ report: z.string(), exitCode: z.int(), files: z.array(z.string()).min(1) })),
  silencers: z.array(z.object({ file: z.string(), line: z.int(), text: z.string() })),
  empty: z.array(z.string()),
  notLooked: z.array(
    z.object({
      ...{ file: z.string(), line: z.int().optional(), why: z.string() },
      ...{ refuses: z.literal(true).optional(), code: z.string().optional() },
    }),
  ),
  code: fileCodes,
})

export interface NotLooked {
  readonly file: string
  /** Where it is a part of the file. */
  readonly line?: number | undefined
  readonly why: string
  /** The same in words that no edit elsewhere in the file changes: it is known by them. Default: `why`. */
  readonly what?: string | undefined
  /** It refuses like a file that could not be read: it looks like one that the linter judges. Default: false. */
  readonly refuses?: boolean | undefined
  /** What stands there, as a digest: a waiver has no word of other code in its place. Default: its name and reason say all. */
  readonly code?: string | undefined
}

/** Rule of the findings that name files which nobody looked at. */
export const notLookedAt = "not-looked-at"

/** A linter's run over files of the tree, and what it left. */
export interface TreeRun {
  readonly tool: ToolIdentity
  /** The files that it was to judge. */
  readonly files: readonly string[]
  /** Files that are its business, and that nobody looked at. */
  readonly notLooked: readonly NotLooked[]
  readonly outcome: ToolOutcome
}

/** The same, read. */
export interface TreeReading {
  readonly tool: ToolIdentity
  readonly files: readonly string[]
  readonly findings: readonly ToolFinding[]
  /** Where it could not read on. */
  readonly unread: readonly ToolFinding[]
  readonly notLooked: readonly NotLooked[]
  /** Comments that would have switched the linter off. */
  readonly silencers: z.output<typeof looked>["silencers"]
  /** Why not everything was judged. */
  readonly errors: readonly string[]
  readonly reports: Readonly<Record<string, string>>
}

/** What one of a linter's reports says. */
interface LinterReport {
  readonly findings: readonly CitedFinding[]
  /** Where it could not read on: what follows in the file, or all of it, was not judged. */
  readonly unread: readonly ToolFinding[]
}

export interface LinterForm {
  /** As errors name it. */
  readonly name: string
  /** @throws OUTPUT_UNREADABLE */
  read(text: string): LinterReport
  /** Whether its exit code means that it found something. */
  hasFindings(exitCode: number): boolean
  /** Whether that is how it ends with these findings, where its exit code tells more. Default: it does not. */
  endsWith?(exitCode: number, findings: readonly ToolFinding[]): boolean
  /** What it says of a file that it cannot read, for people. Default: as it stands. */
  whyUnread?(said: string): string
}

/**
 * Reads what a linter left. A report that says something else than the exit code, names a file that was not given, or is missing for
 * some files, is no report.
 * @throws OUTPUT_UNREADABLE
 */
export function readTreeRun(run: TreeRun, form: LinterForm): TreeReading {
  const { tool, outcome } = run
  const nothing = { findings: [], unread: [], silencers: [], notLooked: run.notLooked, reports: {} }
  if (!outcome.finished) return { ...nothing, tool, files: run.files, errors: [outcome.why] }
  const { version, batches, silencers, empty, notLooked, code } = readJson(
    "the run of a linter",
    outcome.files["looked.json"],
    looked,
  )
  if (version !== tool.version) {
    const why = `${form.name} says that it is ${version}, the toolbox names ${tool.version}: correct tools.${tool.name}.version`
    return { ...nothing, tool: { ...tool, version }, files: run.files, errors: [why] }
  }
  const known = new KnownCode(code)
  const parts = batches.map(({ report, exitCode, files }) => {
    const text = outcome.files[report] ?? ""
    const part = form.read(text)
    const twice = repeatedKey(text)
    if (twice !== undefined) throw unreadable(form.name, `an object of its report has ${twice} twice`)
    assertSays(form, part, exitCode, files)
    return part
  })
  const unread = new Set(notLooked.flatMap(({ file, refuses }) => (refuses === true ? [file] : [])))
  const judged = new Set([...unread, ...batches.flatMap(({ files }) => files)])
  const missing = run.files.filter((file) => !judged.has(file))
  return {
    tool,
    files: run.files.filter((file) => !empty.includes(file) && !unread.has(file)),
    findings: parts
      .flatMap(({ findings }) => findings)
      .filter(({ location }) => !empty.includes(location?.file ?? ""))
      .map((one) => known.cite(one)),
    unread: parts.flatMap(({ unread }) => unread).map((one) => known.citeFile(one)),
    notLooked: [
      ...run.notLooked,
      ...empty.map((file) => ({ file, why: "it is empty" })),
      ...notLooked
        .filter(({ file, refuses }) => refuses !== true || !empty.includes(file))
        .map((one) => ({ ...one, why: (one.refuses && form.whyUnread?.(one.why)) ?? one.why })),
    ],
    silencers,
    errors: missing.length === 0 ? [] : [`${form.name} was not given ${missing.join(", ")}`],
    reports: outcome.files,
  }
}

/** @throws OUTPUT_UNREADABLE */
function assertSays(form: LinterForm, part: LinterReport, exitCode: number, files: readonly string[]): void {
  const findings = [...part.findings, ...part.unread]
  const count = findings.length
  if (form.hasFindings(exitCode) !== count > 0)
    throw unreadable(form.name, `it ended with ${exitCode} and reports ${count === 0 ? "nothing" : count}`)
  if (form.endsWith?.(exitCode, findings) === false)
    throw unreadable(form.name, `it ended with ${exitCode}, and reports findings of another severity`)
  const given = new Set(files)
  const other = findings.map(({ location }) => location?.file ?? "").find((file) => !given.has(file))
  if (other !== undefined)
    throw unreadable(form.name, `it names a file that it was not given: ${JSON.stringify(other)}`)
}

/** A file as a linter names it, below the source root. */
export const fileOf = (file: string): string => posix.normalize(file)
