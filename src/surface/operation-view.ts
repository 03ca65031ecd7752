import { type Directory, func, object } from "@dagger.io/dagger"

/** Reports and evidence of one operation on an environment, also of a failed one. */
@object()
export class OperationView {
  /** Id of the operation. */
  @func()
  operation: string

  /** Hash of the plan that it executed; empty where it had none. */
  @func()
  hash: string

  files: Directory

  constructor(operation: string, hash: string, files: Directory) {
    this.operation = operation
    this.hash = hash
    this.files = files
  }

  /** The operation's report as JSON: steps, outcome, first cause, images before and after. */
  @func()
  async json(): Promise<string> {
    return this.text("operation.json")
  }

  /** The report as Markdown, for people and for a CI server's job summary. */
  @func()
  async markdown(): Promise<string> {
    return this.text("report.md")
  }

  /** The report as one self-contained HTML page. */
  @func()
  async html(): Promise<string> {
    return this.text("report.html")
  }

  /** The operation's steps and tests as JUnit XML. */
  @func()
  async junit(): Promise<string> {
    return this.text("junit.xml")
  }

  /** The whole evidence: all of the above, plan, journal, smoke and load results, the diagnosis of a failure. */
  @func()
  reports(): Directory {
    return this.files
  }

  private text(name: string): Promise<string> {
    return this.files.file(name).contents()
  }
}
