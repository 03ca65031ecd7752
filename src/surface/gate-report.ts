import { type Directory, type File, func, object } from "@dagger.io/dagger"

/** What the gates decided, and on what grounds. Judged once; each form is made when it is asked for. */
@object()
export class GateReport {
  /** Of the required gates: pass, fail, error, inconclusive, waived or skipped. */
  @func()
  verdict: string

  /** Every form of the report, and per gate what its tools wrote. */
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

  /** For a terminal, a pull request or a job summary. */
  @func()
  markdown(): Promise<string> {
    return this.reports.file("report.md").contents()
  }

  /** One self-contained page. */
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
    const { endOfGates } = await import("../../pipelines/gate-end.ts")
    return endOfGates(this.verdict, await this.markdown(), this.toolbox)
  }
}
