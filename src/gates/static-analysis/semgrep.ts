import { posix } from "node:path"
import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { lastOutput } from "../engine/last-output.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import { repeatedKey } from "../engine/tree-tool/repeated-key.ts"
import type { CitedFinding } from "../engine/with-code.ts"
import { readJson, unreadable } from "../formats/read.ts"
import type { Finished } from "../gate.ts"
import { type ToolReading, type UnseenCode, unparsed } from "./reading.ts"
import { type KnownRule, semgrepSeverity } from "./rule-files.ts"
import type { Selected } from "./select.ts"
import { sarifName } from "./semgrep-run.ts"

const error = z.looseObject({
  code: z.int(),
  level: z.string(),
  type: z
    .union([z.string(), z.tuple([z.string()], z.unknown())])
    .transform((type) => (typeof type === "string" ? type : type[0])),
  message: z.string().optional(),
  long_msg: z.string().optional(),
  rule_id: z.string().optional(),
  path: z.string().optional(),
  spans: z
    .array(z.looseObject({ start: z.looseObject({ line: z.int() }), end: z.looseObject({ line: z.int() }) }))
    .default([]),
})

const report = z.looseObject({
  version: z.string().min(1),
  results: z.array(
    z.looseObject({
      check_id: z.string().min(1),
      path: z.string().min(1),
      start: z.looseObject({ line: z.int(), col: z.int() }),
      end: z.looseObject({ line: z.int() }),
      extra: z.looseObject({
        message: z.string(),
        severity: semgrepSeverity,
        metadata: z.looseObject({ cwe: z.unknown().optional() }).default({}),
      }),
    }),
  ),
  errors: z.array(error),
  paths: z.looseObject({
    scanned: z.array(z.string()),
    skipped: z.array(z.looseObject({ path: z.string(), reason: z.string() })).default([]),
  }),
  skipped_rules: z.array(z.unknown()),
})

const sarif = z.looseObject({
  runs: z
    .array(
      z.looseObject({
        tool: z.looseObject({ driver: z.looseObject({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
        results: z.array(z.unknown()),
      }),
    )
    .length(1),
})

type Report = z.output<typeof report>
type Problem = Report["errors"][number]

const sentence = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 500)
const said = ({ message, long_msg }: Problem): string =>
  sentence(message ?? long_msg ?? "it does not say why")
/** Kinds of problems after which the same scan may well end otherwise. */
const passing = ["Timeout", "Out of memory", "Stack overflow", "Fixpoint timeout"]

/** Whether something was cut off that a machine with more time or memory would have done. Unreadable is not: that is told later. */
export function wasCut(text: string | undefined): boolean {
  try {
    return report.parse(JSON.parse(text ?? "")).errors.some(({ type }) => passing.includes(type))
  } catch {
    return false
  }
}

/**
 * What semgrep left. It ends with 0 where it was given no rule, where it skipped files, and where it could not parse them: what it was given
 * has to be found in what it says that it has scanned.
 * @throws OUTPUT_UNREADABLE
 */
export function readSemgrep(
  { exitCode, files }: Pick<Finished, "exitCode" | "files">,
  given: Selected["files"],
  rules: readonly KnownRule[],
): ToolReading {
  const text = files["stdout.txt"] ?? ""
  if (text.trim() === "" && exitCode > 1)
    return failed([`semgrep ended with exit code ${exitCode}${lastOutput(files)}`])
  const read = readJson("semgrep", text, report)
  const twice = repeatedKey(text)
  if (twice !== undefined) throw unreadable("semgrep", `an object of its report has ${twice} twice`)
  const own = new Map(given.map(({ file, as = file }) => [as, file]))
  const isGiven = (path: string | undefined): path is string =>
    path !== undefined && own.has(posix.normalize(path))
  const fileOf = (path: string): string => own.get(posix.normalize(path)) ?? path
  const findings = read.results.map((one) => finding(one, fileOf(one.path)))
  const general = read.errors.filter(({ path, level }) => level === "error" || !isGiven(path))
  if (general.length > 0) {
    const why = [...new Set(general.map(said))].join("; ")
    return {
      ...failed([`semgrep ended with exit code ${exitCode}: ${why}`]),
      version: read.version,
      findings,
    }
  }
  assertSays(read, exitCode, own, rules)
  assertSarif(files[sarifName], read, rules)
  const local = read.errors
  const told = new Set(local.map(({ path = "" }) => fileOf(path)))
  return {
    version: read.version,
    findings,
    unread: local.filter(isSyntax).map((one) => unreadFinding(one, fileOf(one.path ?? ""))),
    notLooked: [
      ...local.filter(isPartial).flatMap((one) => unparsedLines(one, fileOf(one.path ?? ""))),
      ...local
        .filter((one) => !isSyntax(one) && !isPartial(one))
        .map((one) => ({
          file: fileOf(one.path ?? ""),
          why: sentence(`${one.type}: ${said(one)}`),
          refuses: true,
        })),
      ...read.paths.skipped
        .filter(({ path }) => !told.has(fileOf(path)))
        .map(({ path, reason }) => ({
          file: fileOf(path),
          why: `semgrep skipped it: ${reason}`,
          refuses: true,
        })),
    ],
    errors: [],
  }
}

const failed = (errors: readonly string[]): ToolReading => ({
  ...{ version: undefined, findings: [], unread: [], notLooked: [], errors },
})

const isSyntax = ({ type }: Problem): boolean =>
  /syntax error|lexical error|parse error|ast builder error/i.test(type)
const isPartial = ({ type }: Problem): boolean => type === "PartialParsing"

function finding({ check_id, start, end, extra }: Report["results"][number], file: string): CitedFinding {
  const [, cwe] = /^CWE-(\d+)/.exec([extra.metadata.cwe].flat().map(String)[0] ?? "") ?? []
  return {
    rule: check_id,
    severity: extra.severity,
    message: sentence(extra.message),
    location: {
      file,
      ...(start.line < 1 ? {} : { line: start.line }),
      ...(start.col < 1 ? {} : { column: start.col }),
    },
    ...(cwe === undefined ? {} : { help: `https://cwe.mitre.org/data/definitions/${cwe}.html` }),
    subject: sentence(extra.message),
    last: end.line,
  }
}

/** The rest of the file was judged: each part that was not is told by itself. */
function unparsedLines({ spans }: Problem, file: string): readonly UnseenCode[] {
  const refuses = true
  if (spans.length === 0) return [{ file, why: "semgrep could not parse a part of it", refuses }]
  return spans.map(({ start, end }) => {
    const lines = end.line > start.line ? `lines ${start.line} to ${end.line}` : `line ${start.line}`
    const why = `semgrep could not parse ${lines}, and judged the rest`
    const place = start.line < 1 ? {} : { line: start.line, span: [start.line, end.line] as const }
    return { file, ...place, why, what: "semgrep could not parse it, and judged the rest", refuses }
  })
}

function unreadFinding(problem: Problem, file: string): ToolFinding {
  const line =
    problem.spans[0]?.start.line ?? Number(/ at line [^\n]*?:(\d+):/.exec(problem.message ?? "")?.[1] ?? 0)
  return {
    rule: unparsed,
    severity: "critical",
    message: `semgrep could not parse it: ${said(problem)}`,
    location: { file, ...(line < 1 ? {} : { line }) },
    subject: "semgrep could not parse it",
  }
}

/** Exit code, results and files have to say the same. @throws OUTPUT_UNREADABLE */
function assertSays(
  { results, errors, paths, skipped_rules }: Report,
  exitCode: number,
  own: ReadonlyMap<string, string>,
  rules: readonly KnownRule[],
): void {
  const codes = errors.length > 0 ? errors.map(({ code }) => code) : [0]
  if (!(results.length > 0 ? [1] : codes).includes(exitCode))
    throw unreadable(
      "semgrep",
      `it ended with ${exitCode} and reports ${results.length} results and ${errors.length} errors`,
    )
  if (skipped_rules.length > 0)
    throw unreadable("semgrep", `it did not apply ${skipped_rules.length} of the rules`)
  const named = [...paths.scanned, ...results.map(({ path }) => path)].map((path) => posix.normalize(path))
  const other = named.find((path) => !own.has(path))
  if (other !== undefined)
    throw unreadable("semgrep", `it names a file that it was not given: ${JSON.stringify(other)}`)
  const ids = new Set(rules.map(({ id }) => id))
  const unknown = results.find(({ check_id }) => !ids.has(check_id))
  if (unknown !== undefined)
    throw unreadable("semgrep", `it names a rule that it was not given: ${JSON.stringify(unknown.check_id)}`)
}

/** Files that have a rule for all files of their language, and that semgrep does not say to have scanned. */
export function unscanned(
  text: string | undefined,
  given: Selected["files"],
  rules: readonly KnownRule[],
): readonly NotLooked[] {
  const { paths } = readJson("semgrep", text, report)
  const scanned = new Set(paths.scanned.map((path) => posix.normalize(path)))
  const whole = new Set<string>(rules.filter(({ limited }) => !limited).flatMap((one) => one.languages))
  return given
    .filter(({ file, as = file, language }) => whole.has(language) && !scanned.has(as))
    .map(({ file }) => ({ file, why: "semgrep does not say that it has scanned it", refuses: true }))
}

/** A second report of the same run has all rules that were applied, and as many results. @throws OUTPUT_UNREADABLE */
function assertSarif(text: string | undefined, { results }: Report, rules: readonly KnownRule[]): void {
  const [run] = readJson("semgrep", text, sarif).runs
  const applied = new Set(run?.tool.driver.rules.map(({ id }) => id))
  const missing = rules.find(({ id }) => !applied.has(id))
  if (missing !== undefined) throw unreadable("semgrep", `it did not apply the rule ${missing.id}`)
  if (run?.results.length !== results.length)
    throw unreadable("semgrep", `its two reports have ${results.length} and ${run?.results.length} results`)
}
