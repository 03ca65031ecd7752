import type { CoverageFormat, FindingFormat, TestFormat } from "../domain/index.ts"
import type { BackingService } from "./services.ts"

/** The checks that a component's own tools can run, and that its files can tell. */
export const toolCheckNames = ["typecheck", "lint", "unit", "coverage"] as const

/** All of a component's checks. What its integration tests need beside it, no file tells: they are declared. */
export const checkNames = [...toolCheckNames, "integration"] as const
export type CheckName = (typeof checkNames)[number]

/** Where a tool writes its report; `stdout.txt` is its standard output. */
export interface CheckReport<F extends string> {
  readonly format: F
  /** Path in the directory `in`. A pattern with `*` may match several files, which are one report. */
  readonly path: string
  /** The reports directory, which the command gets as an argument, or the component's own directory. */
  readonly in: "reports" | "component"
}

export type AnyReport = CheckReport<TestFormat | CoverageFormat | FindingFormat>

/** What a component is built with and its check does not look at. */
export interface Aside {
  /** The manifests of other parts of the source tree, relative to its root, such as members of a workspace. Default: none. */
  readonly aside?: readonly string[]
}

/** One check: a command in the component's development container, and what it writes. */
export interface Check extends Aside {
  /** The tool, for the evidence: `jest` 30.5.2. */
  readonly tool: {
    readonly name: string
    readonly version: string
    /** Its npm package, whose installed version counts where there is one. */
    readonly package?: string
    /** Regular expression of the comments in the code that switch it off for a line or a file. */
    readonly comments?: string
    /** The project's own script or command that starts it. Absent: it is started itself. */
    readonly script?: string
    /** The script of package.json behind `script`, and the tool whose arguments it gets. Absent: there is none. */
    readonly started?: { readonly name: string; readonly text: string; readonly expects: string }
  }
  /** Arguments, never a shell line. */
  readonly command: readonly string[]
  /** Exit codes with which the report is valid; any other is an error. */
  readonly judged: readonly number[]
  readonly report: AnyReport
  /** Whether its report of coverage leaves out the files that no test loads. Default: false. */
  readonly loadedOnly?: true
  /** What runs beside the command, by host name. Default: nothing. */
  readonly services?: Readonly<Record<string, BackingService>>
  /** Variables of the command alone. Default: none. */
  readonly environment?: Readonly<Record<string, string>>
  /** Further commands of the same check, such as a formatter beside a linter: it passes where all do. Default: none. */
  readonly more?: readonly Omit<Check, "more">[]
}

/** There is nothing to check: the report states it, and never counts it as clean. */
export interface NotApplicable extends Aside {
  readonly notApplicable: string
}

/** There is something to check, but no known command: an error, until `signalbox.yaml` declares one or `off`. */
export interface Undetermined {
  readonly undetermined: string
}

type Found = Check | NotApplicable | Undetermined

export type Checks = Readonly<Record<CheckName, Found>>

/** What a component's files tell. */
export type ToolChecks = Readonly<Record<(typeof toolCheckNames)[number], Found>>
