import { type Directory, type File, func, object } from "@dagger.io/dagger"

/** The gates' verdicts with their evidence, in several formats. The gates run once, whichever format is read. */
@object()
export class GateReport {
  /** Verdict of the required gates together: pass, fail, error, inconclusive, waived or skipped. */
  @func()
  verdict: string

  /** The report in every format, and per gate the output of its tools. */
  @func()
  reports: Directory

  toolbox: File

  constructor(verdict: string, reports: Directory, toolbox: File) {
    this.verdict = verdict
    this.reports = reports
    this.toolbox = toolbox
  }

  /** The whole report as JSON. */
  @func()
  json(): Promise<string> {
    return this.reports.file("report.json").contents()
  }

  /** The report as Markdown, for a terminal, a pull request or a job summary. */
  @func()
  markdown(): Promise<string> {
    return this.reports.file("report.md").contents()
  }

  /** The report as one self-contained HTML page. */
  @func()
  html(): Promise<string> {
    return this.reports.file("report.html").contents()
  }

  /** Findings as SARIF 2.1.0, for code scanning. */
  @func()
  sarif(): Promise<string> {
    return this.reports.file("report.sarif").contents()
  }

  /** Gates and single tests as JUnit XML. */
  @func()
  junit(): Promise<string> {
    return this.reports.file("junit.xml").contents()
  }

  /** Prints the report and ends with its exit code: 0 pass or warnings only, 10 fail, 11 error, 12 inconclusive. */
  @func({ cache: "never" })
  async assert(): Promise<string> {
    const { endWithVerdict } = await import("../../pipelines/gate-end.ts")
    return endWithVerdict(this.verdict, await this.markdown(), this.toolbox)
  }
}
