import type { TestCase, ToolFinding } from "../../domain/index.ts"
import { cargoEvent, cargoMessages } from "./cargo-messages.ts"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, type TestReport, testReport, unreadableReport } from "./report.ts"

const form = "cargo-test"

/** The tests of one program: it says how many it will run, and at its end how they went. */
interface Program {
  readonly announced: number
  readonly cases: Map<string, TestCase["state"]>
  /** What each failed test said, by its name. */
  readonly said: Map<string, string[]>
  counts?: Readonly<Record<"passed" | "failed" | "ignored", number>>
}

const begin = /^running (\d+) tests?$/
const oneTest =
  /^test (.+?)(?: - should panic(?: - compile fail)?| - compile(?: fail)?)? \.\.\. (?:.*)?\b(ok|FAILED|ignored)(?:, .*| \(.*\))?$/
const unended = /^test (.+?)(?: - should panic)? \.\.\. (?!.*\b(?:ok|FAILED|ignored)\b)/
const output = /^---- (.+?) stdout ----$/
const end =
  /^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; \d+ filtered out/

const states: Readonly<Record<string, TestCase["state"]>> = {
  ok: "passed",
  FAILED: "failed",
  ignored: "skipped",
}

/**
 * What `cargo test` prints, with `--message-format=json` or without. The harness has no stable form for programs: its lines are
 * read, and held against its own counts, so that a line that was missed is an error and no test that passed. What does not
 * compile, and a program that ends before it has counted, are findings of their own.
 * @throws OUTPUT_UNREADABLE
 */
export function readCargoTest(text: string, component: ReportedComponent): TestReport {
  const lines = text.split(/\r?\n/)
  const events = lines.flatMap((line) => cargoEvent(line, form) ?? [])
  const programs = programsIn(lines)
  const { messages } = cargoMessages(events, component, form)
  const errors = messages.filter(({ level }) => level === "error")
  if (programs.length === 0 && errors.length === 0)
    throw unreadableReport(form, "no program of tests was run, and nothing is said of why")
  const cases = programs.flatMap((program, index) => casesOf(program, index))
  const failed = programs.flatMap((program) => failuresOf(program, component))
  const uncompiled = errors.map(
    ({ text: message, location }): ToolFinding => ({
      ...{ rule: "suite-failed", severity: "high", message, component: component.name, subject: message },
      ...(location === undefined ? {} : { location }),
    }),
  )
  return testReport(cases, [...uncompiled, ...failed])
}

function programsIn(lines: readonly string[]): readonly Program[] {
  const programs: Program[] = []
  let speaker: string[] | undefined
  for (const line of lines) {
    const announced = begin.exec(line)?.[1]
    if (announced !== undefined) {
      programs.push({ announced: Number(announced), cases: new Map(), said: new Map() })
      speaker = undefined
      continue
    }
    const program = programs.at(-1)
    if (program === undefined || program.counts !== undefined) continue
    speaker = readLine(program, line, speaker)
  }
  return programs
}

/** @returns what the test is that the next lines are the words of */
function readLine(program: Program, line: string, speaker: string[] | undefined): string[] | undefined {
  const [, passed, failed, ignored] = end.exec(line) ?? []
  if (passed !== undefined) {
    program.counts = { passed: Number(passed), failed: Number(failed), ignored: Number(ignored) }
    return undefined
  }
  const said = output.exec(line)?.[1]
  if (said !== undefined) {
    const words: string[] = []
    program.said.set(said, words)
    return words
  }
  if (line === "failures:") return undefined
  const [, name, state = ""] = oneTest.exec(line) ?? []
  const begun = name ?? unended.exec(line)?.[1]
  if (begun !== undefined && speaker === undefined) program.cases.set(begun, states[state] ?? "failed")
  else speaker?.push(line)
  return speaker
}

function casesOf({ cases, counts, announced }: Program, index: number): readonly TestCase[] {
  const all = [...cases]
  const count = (state: TestCase["state"]) => all.filter(([, one]) => one === state).length
  if (
    counts !== undefined &&
    (counts.passed !== count("passed") ||
      counts.failed !== count("failed") ||
      counts.ignored !== count("skipped"))
  )
    throw unreadableReport(
      form,
      `program ${index + 1} counts ${counts.passed} passed, ${counts.failed} failed and ${counts.ignored} ignored of ` +
        `${announced} tests, and names ${count("passed")}, ${count("failed")} and ${count("skipped")}`,
    )
  return all.map(([name, state]) => ({ name, file: fileOf(name), state, seconds: 0 }))
}

/** Examples in documentation are named by their place: `src/lib.rs - colour_at (line 8)`. */
function fileOf(name: string): string {
  return /^(\S+\.(?:rs|md)) - /.exec(name)?.[1] ?? ""
}

function failuresOf(program: Program, component: ReportedComponent): readonly ToolFinding[] {
  const failed = [...program.cases].filter(([, state]) => state === "failed")
  const findings = failed.map(([name]) => failedTest(name, program.said.get(name) ?? [], component))
  if (program.counts !== undefined) return findings
  const message = `a program of ${program.announced} tests did not end: it was ended by a signal, or ended itself`
  return [
    ...findings,
    { rule: "suite-failed", severity: "high", message, component: component.name, subject: "the test run" },
  ]
}

const panicked = /panicked at (?:'(?<old>.*)', )?(?<file>[^\s:]+\.rs):(?<line>\d+):(?<column>\d+):?$/

function failedTest(name: string, words: readonly string[], component: ReportedComponent): ToolFinding {
  const at = words.findIndex((line) => panicked.test(line))
  const place = panicked.exec(words[at] ?? "")?.groups
  const rest = words.slice(at + 1).map((line) => line.trim())
  const ends = rest.findIndex((line) => /^(?:note: |stack backtrace:)/.test(line))
  const own = (ends < 0 ? rest : rest.slice(0, ends)).filter((line) => line !== "")
  const why =
    [place?.old, ...own]
      .filter((line) => line !== undefined)
      .slice(0, 3)
      .join(", ") || "failed"
  const [, file, line] = /^(\S+\.(?:rs|md)) - .*\(line (\d+)\)$/.exec(name) ?? []
  // An example's panic names a line of the program that was made of it, and not of its file.
  const where = file === undefined ? { file: place?.file, line: place?.line } : { file, line }
  return {
    rule: "test-failed",
    severity: "high",
    message: `${name}: ${why}`,
    ...(where.file === undefined
      ? {}
      : {
          location: {
            file: sourcePath(component.path, component.workdir, where.file),
            line: Number(where.line),
          },
        }),
    component: component.name,
    subject: name,
  }
}
