import { posix } from "node:path"
import { z } from "zod"
import { type Severity, severities, type ToolFinding } from "../../domain/index.ts"
import type { NotLooked } from "../engine/tree-tool/read.ts"
import { repeatedKey } from "../engine/tree-tool/repeated-key.ts"
import type { CitedFinding } from "../engine/with-code.ts"
import { readJson, unreadable } from "../formats/read.ts"
import type { Finished } from "../gate.ts"
import { type ToolReading, unparsed } from "./reading.ts"
import type { Selected } from "./select.ts"

export const banditJudged: readonly number[] = [0, 1]

/** It obeys no comment, and leaves out no directory for its name. Settings it would take from the tree; it is given none. */
export const banditArgs: readonly string[] = [
  "-r",
  ".",
  "-f",
  "json",
  "--ignore-nosec",
  // It leaves out every path that has this text in it: a short one would be in paths of the tree.
  "-x",
  "/proc/self/none/signalbox-excludes-nothing",
  "-q",
]

const level = z.enum(["HIGH", "MEDIUM", "LOW", "UNDEFINED"])

const report = z.looseObject({
  errors: z.array(z.looseObject({ filename: z.string(), reason: z.string() })),
  metrics: z.record(z.string(), z.unknown()),
  results: z.array(
    z.looseObject({
      filename: z.string().min(1),
      line_number: z.int(),
      // All lines that it is about.
      line_range: z.array(z.int()).min(1),
      col_offset: z.int(),
      issue_confidence: level,
      issue_severity: level,
      issue_text: z.string(),
      more_info: z.string().optional(),
      test_id: z.string().regex(/^B\d{3}$/),
    }),
  ),
})

type Result = z.output<typeof report>["results"][number]

const severityOf = { HIGH: "high", MEDIUM: "medium", LOW: "low", UNDEFINED: "low" } as const satisfies Record<
  string,
  Severity
>

/** What bandit itself is not sure of counts one step less. */
function severity({ issue_severity, issue_confidence }: Result): Severity {
  const own = severityOf[issue_severity]
  if (issue_confidence !== "LOW") return own
  return severities[severities.indexOf(own) + 1] ?? "info"
}

/**
 * What bandit left. It ends with 0 where it could not parse a file: that stands in its report only.
 * @param version as `bandit --version` says it
 * @throws OUTPUT_UNREADABLE
 */
export function readBandit(
  { exitCode, files }: Pick<Finished, "exitCode" | "files">,
  version: string,
  all: Selected["files"],
): ToolReading {
  const text = files["stdout.txt"]
  const { errors, metrics, results } = readJson("bandit", text, report)
  const twice = repeatedKey(text ?? "")
  if (twice !== undefined) throw unreadable("bandit", `an object of its report has ${twice} twice`)
  const given = new Map(all.filter(isJudged).map(({ file, as = file }) => [as, file]))
  if ((exitCode === 1) !== results.length > 0)
    throw unreadable("bandit", `it ended with ${exitCode} and reports ${results.length} results`)
  const looked = Object.keys(metrics)
    .filter((name) => name !== "_totals")
    .map((name) => posix.normalize(name))
  const named = [...looked, ...[...errors, ...results].map(({ filename }) => posix.normalize(filename))]
  const other = named.find((name) => !given.has(name))
  if (other !== undefined)
    throw unreadable("bandit", `it names a file that it was not given: ${JSON.stringify(other)}`)
  const fileOf = (name: string): string => given.get(posix.normalize(name)) ?? name
  const crashed = crashesIn(files["stderr.txt"] ?? "", given)
  const unlooked = [...given].filter(([name]) => !looked.includes(name))
  return {
    version,
    findings: results.map((one) => finding(one, fileOf(one.filename))),
    unread: errors.map(({ filename, reason }) => unread(fileOf(filename), reason)),
    notLooked: [
      ...crashed,
      ...unlooked.map(([, file]) => ({
        file,
        why: "bandit does not say that it has looked at it",
        refuses: true,
      })),
    ],
    errors: [],
  }
}

/**
 * Places at which one of its rules has crashed: bandit goes on without it, and only its log has a word of it.
 * @throws OUTPUT_UNREADABLE where the log tells of a crash in another way
 */
function crashesIn(log: string, given: ReadonlyMap<string, string>): readonly NotLooked[] {
  const told = [...log.matchAll(/Bandit internal error running: (\S+) on file (.*?) at line (\d+):/g)]
  if (told.length !== (log.match(/internal error/gi) ?? []).length)
    throw unreadable("bandit", "its log tells of an internal error that has no place")
  return told.map(([, rule = "", name = "", line]) => {
    const file = given.get(posix.normalize(name))
    if (file === undefined)
      throw unreadable("bandit", `it crashed in a file that it was not given: ${JSON.stringify(name)}`)
    return { file, line: Number(line), why: `bandit's rule ${rule} crashed there`, refuses: true }
  })
}

/** Files that bandit judges: stubs have no code. */
export const isJudged = ({ file, as = file, language }: Selected["files"][number]): boolean =>
  language === "python" && as.endsWith(".py")

/** `bandit 1.9.4`, on its first line. @throws OUTPUT_UNREADABLE */
export function banditVersion(text: string): string {
  const found = /^(?:\S*bandit|__main__\.py) (\d+(?:\.\d+)+)/m.exec(text)?.[1]
  if (found === undefined)
    throw unreadable("bandit", `it does not say its version: ${JSON.stringify(text.slice(0, 200))}`)
  return found
}

function finding(one: Result, file: string): CitedFinding {
  const { test_id, issue_text, line_number, line_range, col_offset, more_info } = one
  return {
    rule: test_id,
    severity: severity(one),
    message: issue_text.replaceAll(/\s+/g, " ").trim(),
    location: {
      file,
      ...(line_number < 1 ? {} : { line: line_number }),
      ...(col_offset < 0 ? {} : { column: col_offset + 1 }),
    },
    ...(more_info === undefined ? {} : { help: more_info }),
    subject: issue_text,
    // Of a call over several lines it may name that of one argument: `shell=True`, and not the command.
    ...(line_number < 1 ? {} : { first: Math.min(line_number, ...line_range.filter((line) => line > 0)) }),
    last: Math.max(line_number, line_range.at(-1) ?? 0),
  }
}

function unread(file: string, reason: string): ToolFinding {
  return {
    rule: unparsed,
    severity: "critical",
    message: `bandit could not parse it: ${reason}`,
    location: { file },
    subject: "bandit could not parse it",
  }
}
