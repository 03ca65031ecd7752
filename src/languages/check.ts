import type { CoverageFormat, FindingFormat, TestFormat } from "../domain/index.ts"

/** What a component can be checked for by its own tools. */
export const checkNames = ["typecheck", "lint", "unit", "coverage"] as const
export type CheckName = (typeof checkNames)[number]

/** Where a tool writes what it found; `stdout.txt` is what it says. */
export interface CheckReport<F extends string> {
  readonly format: F
  /** Below `in`. What `*` stands for may be several files, which are one report. */
  readonly path: string
  /** The directory of reports, which the command was told, or the component's own, where it writes by itself. */
  readonly in: "reports" | "component"
}

export type AnyReport = CheckReport<TestFormat | CoverageFormat | FindingFormat>

/** One check: a command in the component's development container, and what it writes. */
export interface Check {
  /** Who judges, for the evidence: `jest` 30.5.2. */
  readonly tool: { readonly name: string; readonly version: string }
  /** Arguments, never a shell line. */
  readonly command: readonly string[]
  /** Exit codes that are a judgement; any other is an error. */
  readonly judged: readonly number[]
  readonly report: AnyReport
}

/** There is nothing to check: said in the report, and never counted as clean. */
export interface NotApplicable {
  readonly notApplicable: string
}

/** There is something to check, and how is not known: an error, until `signalbox.yaml` says how, or why not. */
export interface Undetermined {
  readonly undetermined: string
}

export type Checks = Readonly<Record<CheckName, Check | NotApplicable | Undetermined>>
