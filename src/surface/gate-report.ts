import { type Directory, func, object } from "@dagger.io/dagger"

/** The gates' verdicts with their evidence, in several formats. The gates run once, whichever format is read. */
@object()
export class GateReport {
  /** Verdict of the required gates together: pass, fail, error, inconclusive, waived or skipped. */
  @func()
  verdict: string

  /** The report in every format, and per gate the output of its tools. */
  @func()
  reports: Directory

  /** Fewer gates or components were judged than the context requires, or only what is new counts. */
  partial: boolean
  /** Hash of the tree's own policy, where it passes only by that one. */
  approvable?: string

  constructor(verdict: string, reports: Directory, partial: boolean = false, approvable?: string) {
    this.verdict = verdict
    this.partial = partial
    this.reports = reports
    if (approvable !== undefined) this.approvable = approvable
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

  /**
   * Prints the report and ends with its exit code: 0 pass or warnings only, 10 fail, 11 error, 12 inconclusive. 11 also
   * for a report that would pass and leaves out gates, components or findings (`--since`), whoever left them out; 17 where the tree passes only by
   * its own policy, with the hash that can be approved.
   * @param partial Accept a report of fewer gates or components than apply, or of what is new alone, as before a commit. It is no evidence.
   */
  @func({ cache: "never" })
  async assert(partial: boolean = false): Promise<string> {
    const { endWithVerdict } = await import("../../pipelines/gate-end.ts")
    const { verdict, approvable } = this
    const incomplete = this.partial && !partial
    const call = `gates … assert${partial ? " --partial" : ""}`
    const markdown = await this.markdown()
    return endWithVerdict({ verdict, incomplete, approvable, call, markdown })
  }
}
